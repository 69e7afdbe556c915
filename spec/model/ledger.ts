import { isDeepStrictEqual } from 'node:util'
import { dissect } from '../forge/dissection.js'
import type { Request } from './requests.js'

/** What an honest service was asked to mint. */
export interface Order {
  readonly service: string
  readonly kid: string
  readonly audience: string
  readonly operation: string
  readonly claims: Readonly<Record<string, unknown>> | undefined
  readonly request: Request | undefined
  /** The chain that it continues, or the initial token that it begins with. */
  readonly around: string | undefined
  readonly at: number
}

/** A hop that an honest service minted. */
export interface Mint extends Order {
  readonly secret: string
  readonly encodedHeader: string
  readonly payload: string
  readonly expiresAt: number
}

/** Everything that honest services ever minted. */
export class Ledger {
  readonly #mints = new Map<string, Mint>()

  /** Enters a presentation, and makes sure that it says what was ordered, no more and no less. */
  enter(presentation: string, order: Order): Mint {
    const { secret, hops } = dissect(presentation)
    const [newest] = hops
    if (newest === undefined) throw new Error('minted without a hop')
    const { header, encodedHeader, payload } = newest
    const found = [header.iss, header.kid, header.aud, header.op, header.iat, header.claims, payload]
    const ordered = [order.service, order.kid, order.audience, order.operation, order.at, order.claims]
    if (!isDeepStrictEqual(found, [...ordered, order.around ?? payload])) throw new Error('minted something else')
    const mint = { ...order, secret, encodedHeader, payload, expiresAt: header.exp }
    this.#mints.set(placeOf(header), mint)
    return mint
  }

  find(hop: { readonly kid: string; readonly jti: string }): Mint | undefined {
    return this.#mints.get(placeOf(hop))
  }
}

function placeOf({ kid, jti }: { readonly kid: string; readonly jti: string }): string {
  return `${kid} ${jti}`
}
