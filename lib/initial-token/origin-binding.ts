import { OptionError } from '../errors.js'
import type { JsonObject } from '../model/json.js'
import { isServiceName } from '../model/names.js'
import { checkObject, checkOptions } from '../options.js'

/** How a token says which edge it was issued to, so that no other may begin a chain with it. */
export interface OriginOption {
  /** The claim that names the edge: `azp` (OpenID Connect), `client_id` (RFC 9068, RFC 7662) or `aud`. */
  readonly claim: 'azp' | 'client_id' | 'aud'
  /** What the authorization server calls each edge, one name or several. Without it, as the service is registered. */
  readonly clients?: Readonly<Record<string, string | readonly string[]>> | undefined
}

/** Whether a token was issued to the edge that begins a chain with it. */
export type OriginCheck = (claims: JsonObject, origin: string) => boolean

const CLAIMS = new Set<unknown>(['azp', 'client_id', 'aud'])

/** Reads the option `origin` of a verifier. An edge that `clients` does not list was issued nothing. Throws ERR_OPTION. */
export function readOriginOption(what: string, option: OriginOption | undefined): OriginCheck | undefined {
  if (option === undefined) return undefined
  const { claim, clients } = checkOptions(`${what}: \`origin\``, option, ['claim', 'clients'])
  if (!CLAIMS.has(claim)) throw new OptionError(`${what}: \`origin.claim\` must be \`azp\`, \`client_id\` or \`aud\``)
  const namesOf = readClients(what, clients)
  return (claims, origin) => {
    const named = claims[claim]
    const found = claim === 'aud' && Array.isArray(named) ? named : [named]
    return namesOf(origin).some(name => found.includes(name))
  }
}

function readClients(what: string, clients: OriginOption['clients']): (origin: string) => readonly string[] {
  if (clients === undefined) return origin => [origin]
  const known = new Map<string, readonly string[]>()
  for (const [origin, given] of Object.entries(checkObject(`${what}: \`origin.clients\``, clients))) {
    const names: readonly string[] = typeof given === 'string' ? [given] : given
    const areNames = Array.isArray(names) && names.length > 0 && names.every(isText)
    if (!isServiceName(origin) || !areNames) {
      throw new OptionError(`${what}: \`origin.clients\` must have the names of a client, or a list, for each service`)
    }
    known.set(origin, [...names])
  }
  return origin => known.get(origin) ?? []
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
