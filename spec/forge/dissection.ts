/** The members of docs/wire-format.md, section 3; nobody has looked whether they are there. */
export interface DissectedHeader {
  readonly alg: string
  readonly kid: string
  readonly typ: string
  readonly cty?: string
  readonly iss: string
  readonly aud: string
  readonly op: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly txn?: string
  readonly req?: string
  readonly tgt?: string
  readonly claims?: Readonly<Record<string, unknown>>
}

/** One hop of a text that is taken to be a presentation. */
export interface DissectedHop {
  readonly header: DissectedHeader
  readonly encodedHeader: string
  readonly signature: string
  /** All the text right of the hop's separator. */
  readonly payload: string
}

/** The parts of a presentation, newest hop first. */
export interface Dissection {
  readonly secret: string
  readonly chain: string
  readonly hops: readonly DissectedHop[]
  /** What stands right of the origin's hop; empty if nothing does. */
  readonly initialToken: string
}

/** Takes a presentation apart, believing everything. */
export function dissect(presentation: string): Dissection {
  const [secret = '', ...parts] = presentation.split('~')
  const encodedHops = parts.filter(part => part.includes('..'))
  const hops = encodedHops.map((hop, position) => {
    const [encodedHeader = '', signature = ''] = hop.split('..')
    const header = JSON.parse(Buffer.from(encodedHeader, 'base64url').toString())
    return { header, encodedHeader, signature, payload: parts.slice(position + 1).join('~') }
  })
  return { secret, chain: parts.join('~'), hops, initialToken: parts.slice(hops.length).join('~') }
}
