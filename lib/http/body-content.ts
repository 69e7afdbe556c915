import type { IncomingHttpHeaders } from 'node:http'
import { BodyMalformed } from '../errors.js'

/**
 * What a handler expects in `req.body`: the value of a JSON body, the fields of a form, the text of a text, else the bytes;
 * undefined where there is no body. An encoded body (`Content-Encoding`) is left as bytes. Throws ERR_BODY_MALFORMED.
 */
export function parseBody(bytes: Uint8Array, headers: IncomingHttpHeaders): unknown {
  if (bytes.length === 0) return undefined
  const encoding = headers['content-encoding'] ?? 'identity'
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (encoding !== 'identity') return bytes
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(text(bytes))
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text(bytes)))
  return type.startsWith('text/') ? text(bytes) : bytes
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new BodyMalformed('the body is not JSON, as its content type says')
  }
}
