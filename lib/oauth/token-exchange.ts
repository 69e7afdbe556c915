import type { VerifiedCall } from '../chain/verified-call.js'
import { systemClock } from '../clock.js'
import { IssuerUnavailable, OptionError, TokenPassedOn } from '../errors.js'
import type { TokenSource } from '../http/token-source.js'
import { RENEWAL_SHARE } from '../limits/keys.js'
import { UNKNOWN_TOKEN_LOOKUPS_PER_SECOND } from '../limits/tokens.js'
import { actorTokenOf, subjectTokenOf, type TypedToken } from './call-tokens.js'
import { Endpoint } from './endpoint.js'
import { type ExchangedToken, readExchangedToken } from './exchanged-token.js'
import { type ExchangeRequest, readExchangeRequest, type TokenExchangeOptions } from './token-exchange-options.js'
import { TokenMemory } from './token-memory.js'

/** Gets tokens for others, from one authorization server and for one purpose. */
export interface TokenExchange extends TokenSource {
  /**
   * Gets a token for the user of a verified call, who is acted for by this service and by those through whom the call came. Throws
   * ERR_EXCHANGE_REFUSED (where there is no user, too), ERR_ISSUER_UNAVAILABLE, and ERR_PARENT_FOREIGN for what is no verified call.
   */
  forCall(call: VerifiedCall): Promise<string>
}

const TYPE = 'urn:ietf:params:oauth:token-type:'
const GRANTS = {
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'on-behalf-of': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
}

/**
 * Exchanges tokens at an authorization server (RFC 8693, or on behalf of a user): at an edge, for one that may be embedded; where a call
 * leaves the house, for one of another trust domain. What is exchanged goes to the configured endpoint and nowhere else. Throws ERR_OPTION.
 */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  const request = readExchangeRequest(options)
  const { clock = systemClock } = options
  const endpoint = new Endpoint('tokenExchange', options)

  async function exchange(subject: TypedToken, actor?: TypedToken): Promise<ExchangedToken> {
    const answer = await endpoint.post(formOf(request, subject, actor), 'application/json')
    const exchanged = readExchangedToken(answer, request)
    if (exchanged.token === subject.token) throw new TokenPassedOn('the exchange gave back the token that it was given')
    return exchanged
  }

  const limits = { goodSeconds: request.cacheSeconds, badSeconds: 0, badPerSecond: UNKNOWN_TOKEN_LOOKUPS_PER_SECOND }
  const memory = new TokenMemory<string>(limits, async token => {
    const { token: good, expiresIn } = await exchange({ token, type: 'access_token' })
    return { good, seconds: expiresIn === undefined ? 0 : expiresIn * RENEWAL_SHARE }
  })

  async function forToken(token: string): Promise<string> {
    const exchanged = await memory.find(token, clock())
    if (exchanged === undefined) throw new IssuerUnavailable('the authorization server gave no token')
    return exchanged
  }

  async function forCall(call: VerifiedCall): Promise<string> {
    if (typeof call !== 'object' || call === null) {
      throw new OptionError('tokenExchange: expected a verified call')
    }
    const now = clock()
    const subject = await subjectTokenOf(call, endpoint, now)
    const actor = request.form === 'token-exchange' ? await actorTokenOf(call, endpoint, now) : undefined
    return (await exchange(subject, actor)).token
  }

  return Object.freeze({ issuer: endpoint.issuer, forToken, forCall })
}

function formOf(
  { form, requestedType, wishes }: ExchangeRequest,
  subject: TypedToken,
  actor: TypedToken | undefined,
): Readonly<Record<string, string>> {
  const grant = { grant_type: GRANTS[form], ...wishes }
  if (form === 'on-behalf-of') return { ...grant, assertion: subject.token, requested_token_use: 'on_behalf_of' }
  return {
    ...grant,
    subject_token: subject.token,
    subject_token_type: TYPE + subject.type,
    requested_token_type: TYPE + requestedType,
    ...(actor && { actor_token: actor.token, actor_token_type: TYPE + actor.type }),
  }
}
