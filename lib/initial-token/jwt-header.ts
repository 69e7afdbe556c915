import { InitialTokenInvalid } from '../errors.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import { isJwtAlgorithm } from './jwt-algorithm.js'
import type { JwtRules, JwtType } from './jwt-issuer-options.js'
import type { KeySearch } from './key-set.js'

/** What the header of a JWT says, after all checks. */
export interface JwtHeader extends KeySearch {
  readonly type: JwtType
}

const MEDIA_TYPE_PREFIX = /^application\//

/**
 * Checks the header of a JWT (RFC 7515, section 4; RFC 8725, sections 3.1 and 3.11) and reads which key it was signed
 * with. Members that bring a key along (`jwk`, `jku`, `x5u`, `x5c`) are not looked at. Refuses with ERR_INITIAL_TOKEN_INVALID.
 */
export function checkJwtHeader(header: JsonObject, rules: JwtRules): JwtHeader {
  const { alg, kid, typ } = header
  if (!isJwtAlgorithm(alg) || !rules.algorithms.includes(alg)) {
    throw new InitialTokenInvalid('the algorithm of the initial token is not one that its issuer is configured with')
  }
  if ('crit' in header || 'b64' in header) {
    throw new InitialTokenInvalid('the initial token has a header member `crit` or `b64`')
  }
  const type = readType(typ)
  if (type === undefined || !rules.types.includes(type)) {
    throw new InitialTokenInvalid('the `typ` of the initial token is not one that is accepted')
  }
  if (kid !== undefined && typeof kid !== 'string')
    throw new InitialTokenInvalid('the `kid` of the initial token is no text')
  return { kid, alg, type }
}

/** `typ` compares without case, and without the `application/` that may be left out (RFC 7515, section 4.1.9). */
function readType(typ: JsonValue | undefined): JwtType | undefined {
  if (typ === undefined) return 'absent'
  if (typeof typ !== 'string') return undefined
  switch (typ.toLowerCase().replace(MEDIA_TYPE_PREFIX, '')) {
    case 'at+jwt':
      return 'at+jwt'
    case 'jwt':
      return 'JWT'
    case 'token-introspection+jwt':
      return 'token-introspection+jwt'
    default:
      return undefined
  }
}
