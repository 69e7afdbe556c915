import { KeyInvalid } from '../errors.js'
import { parseStrictJson } from '../jws/strict-json.js'
import { MAX_JWKS_BYTES, MAX_JWKS_KEYS } from '../limits.js'
import { type IssuerKey, readIssuerKey } from './issuer-key.js'
import { KeySet } from './key-set.js'

/** What an issuer answered is no JWK Set. */
export class JwksUnusable extends Error {}

/** What a request for a JWK Set is sent with. */
export interface JwksRequest {
  readonly redirect: 'error'
  readonly signal: AbortSignal
  readonly headers: { readonly accept: string }
}

/** The part of a fetch response that matters here; a WHATWG Response has it, and node-fetch's. */
export interface JwksResponse {
  readonly status: number
  readonly redirected?: boolean
  readonly body: AsyncIterable<unknown> | null
}

/** Fetches a JWK Set: the platform's fetch, node-fetch or a test double. Must not follow redirects. */
export type JwksFetch = (url: string, request: JwksRequest) => Promise<JwksResponse>

/**
 * Fetches a JWK Set (RFC 7517, section 5), bounded in time and size. Keys that are no good to us are left out, as
 * the RFC asks; anything else that is wrong is an error.
 */
export async function fetchJwks(fetch: JwksFetch, url: string, timeoutSeconds: number): Promise<KeySet> {
  const abort = new AbortController()
  const timeout = setTimeout(() => abort.abort(), timeoutSeconds * 1000)
  try {
    // A fetch that does not heed the signal must not keep us waiting either.
    return readJwks(await Promise.race([download(fetch, url, abort.signal), rejectWhenAborted(abort.signal)]))
  } finally {
    clearTimeout(timeout)
    // Ends a response that was not read to its end.
    abort.abort()
  }
}

async function download(fetch: JwksFetch, url: string, signal: AbortSignal): Promise<Buffer> {
  const headers = { accept: 'application/jwk-set+json, application/json' }
  const { status, redirected, body } = await fetch(url, { redirect: 'error', signal, headers })
  if (redirected) throw new JwksUnusable('the key set came from elsewhere')
  if (status !== 200) throw new JwksUnusable(`the issuer answered ${status} instead of a key set`)
  if (body === null) throw new JwksUnusable('the key set is empty')
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the stream.
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new JwksUnusable('the key set did not come in bytes')
    size += chunk.length
    if (size > MAX_JWKS_BYTES) throw new JwksUnusable(`the key set has more than ${MAX_JWKS_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new JwksUnusable('the issuer did not answer in time')), {
      once: true,
    })
  })
}

function readJwks(bytes: Buffer): KeySet {
  const { keys } = parseStrictJson(bytes)
  if (!Array.isArray(keys)) throw new JwksUnusable('the key set has no list of keys')
  if (keys.length > MAX_JWKS_KEYS) throw new JwksUnusable(`the key set has more than ${MAX_JWKS_KEYS} keys`)
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
