import { AvailabilityError, CredentialInvalid, OptionError, TokenError } from '../errors.js'
import type { InitialTokenVerifier, VerifiedInitialToken } from '../initial-token/initial-token-verifier.js'
import type { JsonObject } from '../model/json.js'
import { isServiceName } from '../model/names.js'
import { checkOptions } from '../options.js'
import type { Authenticator } from './authenticator.js'
import { readServices } from './mapped-services.js'

/** Whose access tokens are taken, and which service each client is. */
export interface AccessTokenOptions {
  /** `jwtIssuer({ issuer, jwksUri, audience, algorithms })`; `audience` is what the authorization server calls this registrar. */
  readonly issuer: InitialTokenVerifier
  /** The claim that names the client: `client_id` (RFC 9068) if absent, `azp` or `sub`. */
  readonly claim?: 'client_id' | 'azp' | 'sub' | undefined
  /** Which service each client is; others are refused. Without it, a client is the service of its own name. */
  readonly services?: Readonly<Record<string, string>> | undefined
  /**
   * A token that a client got for a user proves that user, who must not register services: `sub` has to be the client itself. An authorization
   * server that calls a client's own account otherwise (Keycloak does) needs `accept`, and must give nobody else tokens for this audience.
   */
  readonly userTokens?: 'refuse' | 'accept' | undefined
}

const WHAT = 'accessToken'
const OPTIONS = ['issuer', 'claim', 'services', 'userTokens'] as const
const CLAIMS: readonly unknown[] = ['client_id', 'azp', 'sub']

/** Authenticates services by access tokens that they got by client credentials (RFC 6749, section 4.4). Throws ERR_OPTION. */
export function accessToken(options: AccessTokenOptions): Authenticator {
  const { issuer, claim = 'client_id', services, userTokens = 'refuse' } = checkOptions(WHAT, options, OPTIONS)
  if (typeof issuer?.verify !== 'function') throw new OptionError(`${WHAT}: \`issuer\` must be a \`jwtIssuer\``)
  if (!CLAIMS.includes(claim)) throw new OptionError(`${WHAT}: \`claim\` must be \`client_id\`, \`azp\` or \`sub\``)
  if (userTokens !== 'refuse' && userTokens !== 'accept') {
    throw new OptionError(`${WHAT}: \`userTokens\` must be \`refuse\` or \`accept\``)
  }
  const known = services === undefined ? undefined : readServices(`${WHAT}: \`services\``, services)
  return Object.freeze<Authenticator>({
    kind: 'token',
    async authenticate({ scheme, credential, now }) {
      if (scheme !== 'bearer') return undefined
      const { claims } = await verify(issuer, credential, now)
      const client = clientOf(claims, claim, userTokens)
      const service = known === undefined ? client : known.get(client)
      if (!isServiceName(service)) throw new CredentialInvalid('the client of the access token is no service here')
      return { kind: 'token', service, client, thumbprint: undefined }
    },
  })
}

async function verify(issuer: InitialTokenVerifier, token: string, now: number): Promise<VerifiedInitialToken> {
  try {
    return await issuer.verify(token, now)
  } catch (error) {
    if (error instanceof AvailabilityError) throw error
    // What verifies initial tokens speaks of initial tokens.
    const why = error instanceof TokenError ? ` (${error.code})` : ''
    throw new CredentialInvalid(`the access token does not hold${why}`, { cause: error })
  }
}

/** What names the client is the subject, too: `sub` alone does not say whether it is a client or a user. */
function isOwn({ sub, client_id: clientId, azp }: JsonObject): boolean {
  const clients = [clientId, azp].filter(name => name !== undefined)
  return clients.length > 0 && clients.every(name => name === sub)
}

function clientOf(claims: JsonObject, claim: string, userTokens: 'refuse' | 'accept'): string {
  const client = claims[claim]
  if (typeof client !== 'string' || client === '') throw new CredentialInvalid(`the access token has no \`${claim}\``)
  if (userTokens === 'refuse' && !isOwn(claims)) {
    throw new CredentialInvalid('the access token is not for the client itself, but for a user')
  }
  // RFC 8705, section 3.1; RFC 9449, section 6.1.
  if ('cnf' in claims) throw new CredentialInvalid('the access token is bound to a key, which a request does not prove')
  return client
}
