import { KeyInvalid } from '../errors.js'
import { parseStrictJson } from '../jws/strict-json.js'
import { MAX_JWKS_BYTES, MAX_JWKS_KEYS } from '../limits/tokens.js'
import { AnswerUnusable, type IssuerRequest, type IssuerResponse, readAnswer } from './issuer-answer.js'
import { type IssuerKey, readIssuerKey } from './issuer-key.js'
import { KeySet } from './key-set.js'

/** What a request for a JWK Set is sent with. */
export interface JwksRequest extends IssuerRequest {
  readonly headers: { readonly accept: string }
}

/** The part of a fetch response that matters here; a WHATWG Response has it, and node-fetch's. */
export type JwksResponse = IssuerResponse

/** Fetches a JWK Set: the platform's fetch, node-fetch or a test double. Must not follow redirects. */
export type JwksFetch = (url: string, request: JwksRequest) => Promise<JwksResponse>

const HEADERS = { accept: 'application/jwk-set+json, application/json' }

/**
 * Fetches a JWK Set (RFC 7517, section 5), bounded in time and size. Keys that are no good to us are left out, as
 * the RFC asks; anything else that is wrong is an error.
 */
export async function fetchJwks(fetch: JwksFetch, url: string, timeoutSeconds: number): Promise<KeySet> {
  const bounds = { what: 'key set', maxBytes: MAX_JWKS_BYTES, timeoutSeconds }
  const { bytes } = await readAnswer(request => fetch(url, { ...request, headers: HEADERS }), bounds)
  return readJwks(bytes)
}

function readJwks(bytes: Buffer): KeySet {
  const { keys } = parseStrictJson(bytes)
  if (!Array.isArray(keys)) throw new AnswerUnusable('the key set has no list of keys')
  if (keys.length > MAX_JWKS_KEYS) throw new AnswerUnusable(`the key set has more than ${MAX_JWKS_KEYS} keys`)
  return new KeySet(keys.map(readUsableKey).filter(key => key !== undefined))
}

function readUsableKey(jwk: unknown): IssuerKey | undefined {
  try {
    return readIssuerKey(jwk)
  } catch (error) {
    if (error instanceof KeyInvalid) return undefined
    throw error
  }
}
