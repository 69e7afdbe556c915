import { randomUUID } from 'node:crypto'
import { carriedInitialTokenOf, type VerifiedCall } from '../chain/verified-call.js'
import { ExchangeRefused, OptionError } from '../errors.js'
import { ACTOR_TOKEN_SECONDS } from '../limits/tokens.js'
import { actClaim } from './act-claim.js'
import type { Endpoint } from './endpoint.js'

/** A token for an exchange, and the last part of its type's name (RFC 8693, section 3). */
export interface TypedToken {
  readonly token: string
  readonly type: 'access_token' | 'jwt'
}

/**
 * For whom a call was made: the token that its chain carries or, where an edge asserted the user, a JWT of the same claims that this
 * client signs. Throws ERR_EXCHANGE_REFUSED for a call without a user.
 */
export async function subjectTokenOf(call: VerifiedCall, endpoint: Endpoint, now: number): Promise<TypedToken> {
  const carried = carriedInitialTokenOf(call)
  const { initialToken } = call
  if (initialToken === undefined) throw new ExchangeRefused('the call brings no user whose token could be exchanged')
  if (carried !== undefined) return { token: carried, type: 'access_token' }
  return { token: await signFor(endpoint, call, now, { ...initialToken.claims }), type: 'jwt' }
}

/** Who exchanges: this service, and behind it, nearest first, everybody through whom the call came. */
export async function actorTokenOf(call: VerifiedCall, endpoint: Endpoint, now: number): Promise<TypedToken> {
  const [nearest] = call.callStack
  const own = { sub: nearest?.audience, txn: call.transaction, callers: actClaim(call) }
  return { token: await signFor(endpoint, call, now, own), type: 'jwt' }
}

/** Signed with the client's own key, never with that of a service: the hop says the same to those inside. */
async function signFor(endpoint: Endpoint, call: VerifiedCall, now: number, claims: object): Promise<string> {
  const { client, issuer } = endpoint
  if (client.sign === undefined) throw new OptionError('tokenExchange: `client.key` is needed to speak for a call')
  const issued = Math.floor(now)
  const exp = Math.min(issued + ACTOR_TOKEN_SECONDS, call.expiresAt)
  return await client.sign({ ...claims, iss: client.id, aud: issuer, iat: issued, exp, jti: randomUUID() })
}
