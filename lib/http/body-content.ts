import type { IncomingHttpHeaders } from 'node:http'
import { parse as parseForm } from 'node:querystring'
import { BodyMalformed } from '../errors.js'
import { MAX_FORM_FIELDS } from '../limits/requests.js'

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
  if (type === 'application/x-www-form-urlencoded') return parseFields(text(bytes))
  return type.startsWith('text/') ? text(bytes) : bytes
}

function readContentType(field = ''): { type: string; charset: string } {
  const [type = '', ...parameters] = field.toLowerCase().split(';')
  const charset = parameters.map(charsetOf)
  return { type: type.trim(), charset: charset.find(Boolean) ?? 'utf-8' }
}

/** Cut at the first `=`, not matched as a whole: between white space and white space an expression would try every place. */
function charsetOf(parameter: string): string | undefined {
  const at = parameter.indexOf('=')
  if (parameter.slice(0, Math.max(at, 0)).trim() !== 'charset') return undefined
  return /^"?([^\s"]*)"?$/.exec(parameter.slice(at + 1).trim())?.[1]
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** Too many fields are refused: the parser's own limit would drop those behind it without a word. */
function parseFields(form: string): unknown {
  if (form.split('&', MAX_FORM_FIELDS + 1).length > MAX_FORM_FIELDS) {
    throw new BodyMalformed(`the form has more than ${MAX_FORM_FIELDS} fields`)
  }
  return parseForm(form, '&', '=', { maxKeys: 0 })
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new BodyMalformed('the body is not JSON, as its content type says')
  }
}
