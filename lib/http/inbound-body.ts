import type { IncomingMessage } from 'node:http'
import { isUint8Array } from 'node:util/types'
import { BodyConsumed, BodyIncomplete, BodyTooLarge } from '../errors.js'
import { BODY_SECONDS } from '../limits/requests.js'
import { TimeLimit } from './time-limit.js'

/** A request of node:http, or of a framework around it that may have kept the raw bytes. */
export type IncomingRequest = IncomingMessage & { rawBody?: unknown }

const bodyTime = new TimeLimit(BODY_SECONDS)

/**
 * The raw bytes of a request's body: after transfer coding, before content decoding. They are kept in `rawBody`, and
 * taken from there only where a parser before us read the stream: of a stream that nobody read, `rawBody` says nothing.
 * Throws ERR_BODY_CONSUMED where one read it and kept nothing, ERR_BODY_TOO_LARGE and ERR_BODY_INCOMPLETE.
 */
export function readRawBody(
  request: IncomingRequest,
  maxBytes: number,
  time: TimeLimit = bodyTime,
): Promise<Uint8Array> {
  // One promise and no other: each costs more than it seems, in every request.
  return new Promise((resolve, reject) => {
    if (request.readableDidRead) return resolve(takeRawBody(request, maxBytes))
    // Read to its end, and there was not one byte in it.
    if (request.readableEnded) return resolve(new Uint8Array())
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
    collect(request, maxBytes, time, { resolve, reject })
  })
}

function takeRawBody({ rawBody }: IncomingRequest, maxBytes: number): Uint8Array {
  if (!isUint8Array(rawBody)) throw consumed()
  if (rawBody.length > maxBytes) throw tooLarge(maxBytes)
  return rawBody
}

/** How a reading may end. */
interface Ending {
  readonly resolve: (bytes: Uint8Array) => void
  readonly reject: (error: Error) => void
}

function collect(request: IncomingRequest, maxBytes: number, time: TimeLimit, { resolve, reject }: Ending): void {
  const chunks: Uint8Array[] = []
  let size = 0
  const settle = (outcome: () => void) => {
    endTime()
    request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
    outcome()
  }
  const fail = (error: Error) => settle(() => reject(error))
  const onData = (chunk: unknown) => {
    // Somebody has made texts of the bytes.
    if (!isUint8Array(chunk)) return fail(consumed())
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
    else fail(tooLarge(maxBytes))
  }
  const onEnd = () => {
    const bytes = Buffer.concat(chunks)
    request.rawBody = bytes
    settle(() => resolve(bytes))
  }
  const onBroken = () => fail(new BodyIncomplete('the body broke off before its end'))
  const onLate = () => fail(new BodyIncomplete(`the body took more than ${time.seconds} s`))
  const endTime = time.begin(onLate)
  // Whoever left while we looked up keys has closed the request already, and says so no more.
  if (request.destroyed) onBroken()
  else request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
}

function consumed(): BodyConsumed {
  return new BodyConsumed(
    'the body was parsed before countersign could bind it: mount countersign first, ' +
      'or let the parser keep the bytes, `express.json({ verify: (req, res, bytes) => { req.rawBody = bytes } })`',
  )
}

function tooLarge(maxBytes: number): BodyTooLarge {
  return new BodyTooLarge(`the body has more than ${maxBytes} bytes`)
}
