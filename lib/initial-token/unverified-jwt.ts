import { InitialTokenInvalid } from '../errors.js'
import { parseUnverifiedCompact } from '../jws/compact.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import { MAX_PRESENTATION_CHARACTERS } from '../limits/chains.js'
import type { JsonObject } from '../model/json.js'

/** A JWT taken apart, not verified. */
export interface UnverifiedJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** Takes a JWT apart under the strict rules of invariant 2. Refuses with ERR_INITIAL_TOKEN_INVALID. */
export function parseUnverifiedJwt(text: string): UnverifiedJwt {
  if (text.length > MAX_PRESENTATION_CHARACTERS) throw new InitialTokenInvalid('the initial token is too long')
  try {
    const { header, payload } = parseUnverifiedCompact(text)
    return { header, claims: parseStrictJson(payload) }
  } catch (error) {
    if (error instanceof NotStrict) throw new InitialTokenInvalid(`the initial token is not strict: ${error.message}`)
    throw error
  }
}
