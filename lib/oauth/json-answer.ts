import { IssuerUnavailable } from '../errors.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import type { JsonObject } from '../model/json.js'
import type { Answer } from './endpoint.js'

/** The JSON object that an authorization server answered with. ERR_ISSUER_UNAVAILABLE for anything else. */
export function readJsonAnswer({ contentType, bytes }: Answer): JsonObject {
  if (contentType !== 'application/json') throw new IssuerUnavailable('the authorization server did not answer in JSON')
  try {
    return parseStrictJson(bytes)
  } catch (error) {
    if (error instanceof NotStrict) {
      throw new IssuerUnavailable(`the authorization server did not answer in strict JSON: ${error.message}`)
    }
    throw error
  }
}
