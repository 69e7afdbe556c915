import type { IncomingMessage } from 'node:http'
import { BodyConsumed, BodyIncomplete, BodyTooLarge } from '../errors.js'

/** A request of node:http, or of a framework around it that may have kept the raw bytes. */
export type IncomingRequest = IncomingMessage & { rawBody?: unknown }

/**
 * The raw bytes of a request's body: after transfer coding, before content decoding. They are kept in `rawBody`, and
 * taken from there where a parser before us kept them. Throws ERR_BODY_CONSUMED where one did not,
 * ERR_BODY_TOO_LARGE and ERR_BODY_INCOMPLETE.
 */
export async function readRawBody(request: IncomingRequest, maxBytes: number): Promise<Uint8Array> {
  if (request.rawBody instanceof Uint8Array) return request.rawBody
  if (request.readableDidRead) {
    throw new BodyConsumed(
      'the body was parsed before countersign could bind it: mount countersign first, ' +
        'or let the parser keep the bytes, `express.json({ verify: (req, res, bytes) => { req.rawBody = bytes } })`',
    )
  }
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBytes) throw tooLarge(maxBytes)
  const bytes = await collect(request, maxBytes)
  request.rawBody = bytes
  return bytes
}

function collect(request: IncomingRequest, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const settle = (outcome: () => void) => {
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
      outcome()
    }
    const onData = (chunk: Uint8Array) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else settle(() => reject(tooLarge(maxBytes)))
    }
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks)))
    const onBroken = () => settle(() => reject(new BodyIncomplete('the body broke off before its end')))
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
  })
}

function tooLarge(maxBytes: number): BodyTooLarge {
  return new BodyTooLarge(`the body has more than ${maxBytes} bytes`)
}
