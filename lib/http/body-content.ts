import type { IncomingHttpHeaders } from 'node:http'
import { parse as parseForm } from 'node:querystring'
import { BodyMalformed } from '../errors.js'

/**
 * What a handler expects in `req.body`: the value of a JSON body, the fields of a form (a field that occurs several times is a
 * list), the text of a text, else the bytes; undefined where there is no body. An encoded body (`Content-Encoding`), and one in
 * another charset than UTF-8, is left as bytes. Throws ERR_BODY_MALFORMED.
 */
export function parseBody(bytes: Uint8Array, headers: IncomingHttpHeaders): unknown {
  if (bytes.length === 0) return undefined
  const { type, charset } = readContentType(headers['content-type'])
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' || (charset !== 'utf-8' && charset !== 'utf8')) return bytes
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(text(bytes))
  // No limit of its own on fields: those behind it would be dropped without a word.
  if (type === 'application/x-www-form-urlencoded') return parseForm(text(bytes), '&', '=', { maxKeys: 0 })
  return type.startsWith('text/') ? text(bytes) : bytes
}

function readContentType(field = ''): { type: string; charset: string } {
  const [type = '', ...parameters] = field.toLowerCase().split(';')
  const charset = parameters.map(parameter => /^\s*charset\s*=\s*"?([^\s"]*)"?\s*$/.exec(parameter)?.[1])
  return { type: type.trim(), charset: charset.find(Boolean) ?? 'utf-8' }
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
