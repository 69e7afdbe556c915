import { ExchangeRefused, IssuerUnavailable } from '../errors.js'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'
import type { JsonObject } from '../model/json.js'
import type { Answer } from './endpoint.js'
import { readJsonAnswer } from './json-answer.js'
import type { ExchangeRequest } from './token-exchange-options.js'

/** A token that an authorization server gave for another. */
export interface ExchangedToken {
  readonly token: string
  /** How long it lives, where the server says so. */
  readonly expiresIn: number | undefined
}

const TYPE = 'urn:ietf:params:oauth:token-type:'
// RFC 6749, sections 4.1.2.1 and 5.2; RFC 8693, section 2.2.2; RFC 8707, section 2. These speak of the token, the others of us or of the server.
const REFUSALS = new Set<unknown>([
  'access_denied',
  'consent_required',
  'interaction_required',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_target',
])
const ERROR_NAME = /^[a-z_]{1,40}$/

/**
 * Reads what an authorization server answered to an exchange (RFC 8693, section 2.2). Refuses with ERR_EXCHANGE_REFUSED where it does
 * not exchange this token, and with ERR_ISSUER_UNAVAILABLE where it gave no token that could be used.
 */
export function readExchangedToken(answer: Answer, { form, requestedType }: ExchangeRequest): ExchangedToken {
  const said = readJsonAnswer(answer)
  if (answer.status !== 200) throw refusal(answer.status, said.error)
  const { access_token: token, issued_token_type: issued, token_type: type, expires_in: expiresIn } = said
  if (typeof token !== 'string' || token === '' || token.length > MAX_PRESENTATION_CHARACTERS) {
    throw unusable('`access_token`')
  }
  // Where a JWT was asked for, an access token may have come that is one.
  const issuable = requestedType === 'jwt' ? [`${TYPE}jwt`] : [`${TYPE}access_token`, `${TYPE}jwt`]
  if (form === 'token-exchange' && !issuable.some(name => name === issued)) throw unusable('`issued_token_type`')
  checkType(type, requestedType)
  checkExpiry(said)
  return { token, expiresIn: expiresIn as number | undefined }
}

/** `N_A` is for what is no access token (RFC 8693, section 2.2.1). Anything else than a bearer token needs a proof that we do not make. */
function checkType(type: unknown, requestedType: ExchangeRequest['requestedType']): void {
  const found = typeof type === 'string' ? type.toLowerCase() : ''
  if (found !== 'bearer' && !(found === 'n_a' && requestedType === 'jwt')) throw unusable('`token_type`')
}

function checkExpiry({ expires_in: expiresIn }: JsonObject): void {
  if (expiresIn === undefined) return
  if (!Number.isSafeInteger(expiresIn) || Number(expiresIn) <= 0) throw unusable('`expires_in`')
}

function refusal(status: number, error: unknown): Error {
  const name = typeof error === 'string' && ERROR_NAME.test(error) ? `: ${error}` : ''
  if (status !== 401 && REFUSALS.has(error)) {
    return new ExchangeRefused(`the authorization server does not exchange the token${name}`)
  }
  return new IssuerUnavailable(`the authorization server answered ${status} instead of a token${name}`)
}

function unusable(member: string): IssuerUnavailable {
  return new IssuerUnavailable(`the authorization server gave a token whose ${member} cannot be used`)
}
