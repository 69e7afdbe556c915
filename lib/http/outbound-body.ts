import type { Readable } from 'node:stream'
import { isAnyArrayBuffer } from 'node:util/types'
import { BodyStreamed, OptionError } from '../errors.js'
import { collect, openStream, toReadable } from './body-stream.js'

/** What to do with a body that is a stream: refuse it, read it first, or bind only method and target. */
export type StreamTreatment = 'refuse' | 'buffer' | 'tgt'

/** A body on its way out: known bytes that can be bound, or a stream that cannot. */
export type OutboundBody =
  | { readonly kind: 'known'; readonly bytes: Uint8Array | undefined; readonly contentType?: string | undefined }
  | { readonly kind: 'stream'; readonly stream: Readable; readonly contentType?: string | undefined }

/** How a body that is a stream is sent. */
export interface StreamOptions {
  readonly streams: StreamTreatment
  /** Bytes that `buffer` reads, at most. */
  readonly maxBytes: number
}

/**
 * Takes a body as fetch does, for whichever fetch sends it, so that what is signed is what is sent. Bytes are copied at once: the
 * caller may write into his buffer while the signature is made. Throws ERR_BODY_STREAMED, ERR_BODY_CONSUMED,
 * ERR_BODY_TOO_LARGE and, for what is no body, ERR_OPTION.
 */
export async function prepareBody(body: unknown, { streams, maxBytes }: StreamOptions): Promise<OutboundBody> {
  const known = takeKnownBody(body)
  if (known !== undefined) return known
  const open = openStream(body)
  if (open === undefined) throw new OptionError('`body` must be text, bytes, form data or a stream')
  if (streams === 'refuse') {
    throw new BodyStreamed("the body is a stream: send bytes, or choose `streams: 'buffer'` or `streams: 'tgt'`")
  }
  const { stream, contentType } = await open()
  if (streams === 'buffer') return { kind: 'known', bytes: await collect(stream, maxBytes), contentType }
  return { kind: 'stream', stream: toReadable(stream), contentType }
}

/** Refuses a treatment of streams that is none (ERR_OPTION). */
export function checkStreamTreatment(streams: StreamTreatment): void {
  if (streams !== 'refuse' && streams !== 'buffer' && streams !== 'tgt') {
    throw new OptionError("`streams` must be 'refuse', 'buffer' or 'tgt'")
  }
}

function takeKnownBody(body: unknown): OutboundBody | undefined {
  if (body === undefined || body === null) return { kind: 'known', bytes: undefined }
  if (typeof body === 'string') return known(Buffer.from(body), 'text/plain;charset=UTF-8')
  if (body instanceof URLSearchParams) {
    return known(Buffer.from(String(body)), 'application/x-www-form-urlencoded;charset=UTF-8')
  }
  if (isAnyArrayBuffer(body)) return known(Uint8Array.from(new Uint8Array(body)))
  if (ArrayBuffer.isView(body)) {
    return known(Uint8Array.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)))
  }
  return undefined
}

function known(bytes: Uint8Array, contentType?: string): OutboundBody {
  return { kind: 'known', bytes, contentType }
}
