import { BearerMalformed, BearerMissing } from '../errors.js'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'

// RFC 6750, section 2.1; the scheme's name compares without case (RFC 9110, section 11.1).
const SCHEME = /^bearer(?: |$)/i
const CREDENTIAL_FIELDS = ['authorization', 'proxy-authorization', 'cookie']
const CREDENTIALS = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i

/**
 * The bearer token of a request, from its raw header list. In a form or a query it is not looked for: those end up in logs and
 * histories (RFC 6750, section 5.3). Refuses with ERR_BEARER_MISSING and ERR_BEARER_MALFORMED.
 */
export function readBearer(rawHeaders: readonly string[]): string {
  const lines = fieldLines(rawHeaders, 'authorization')
  const [line] = lines
  if (lines.length > 1) throw new BearerMalformed(`the request has ${lines.length} \`Authorization\` field lines`)
  if (line === undefined || !SCHEME.test(line)) throw new BearerMissing('the request has no bearer token')
  const token = CREDENTIALS.exec(line)?.[1]
  if (token === undefined) throw new BearerMalformed('the `Authorization` field holds no bearer token')
  if (token.length > MAX_PRESENTATION_CHARACTERS) throw new BearerMalformed('the bearer token is too long')
  return token
}

/** The values of the fields that say who sends a request: whole, as a handler would send them on. */
export function credentialsOf(rawHeaders: readonly string[]): readonly string[] {
  return CREDENTIAL_FIELDS.flatMap(name => {
    const lines = fieldLines(rawHeaders, name)
    // Several are joined for a handler, which then has the whole.
    return lines.length > 1 ? [...lines, lines.join('; ')] : lines
  })
}

/** The values of a header field, one for each line of it. */
function fieldLines(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}
