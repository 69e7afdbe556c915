import type { Answer } from './endpoint.js'
import { readJsonAnswer } from './json-answer.js'

/**
 * Whether a server says that what it was asked about is no token of its own making (RFC 7009, section 2.2.1), as some do of JWTs. Whoever
 * presents one has no good token: that is no failure of the server.
 */
export function isUnsupportedToken(answer: Answer): boolean {
  return answer.status === 400 && readJsonAnswer(answer).error === 'unsupported_token_type'
}
