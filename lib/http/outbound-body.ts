import { BodyConsumed, BodyStreamed, BodyTooLarge, OptionError } from '../errors.js'
import { MAX_BODY_BYTES } from '../limits.js'

/** What to do with a body that is a stream: refuse it, read it first, or bind only method and target. */
export type StreamTreatment = 'refuse' | 'buffer' | 'tgt'

/** A body on its way out: known bytes that can be bound, or a stream that cannot. */
export type OutboundBody =
  | { readonly kind: 'known'; readonly bytes: Uint8Array | string | undefined; readonly contentType?: string }
  | { readonly kind: 'stream'; readonly stream: unknown }

/** Takes a body as fetch does, so that what is signed is what is sent. */
export async function prepareBody(body: unknown, streams: StreamTreatment): Promise<OutboundBody> {
  if (body === undefined || body === null) return { kind: 'known', bytes: undefined }
  if (typeof body === 'string') return { kind: 'known', bytes: body }
  if (body instanceof URLSearchParams) {
    return { kind: 'known', bytes: String(body), contentType: 'application/x-www-form-urlencoded;charset=UTF-8' }
  }
  // A copy: the caller may write into his buffer while the signature is made.
  if (body instanceof ArrayBuffer) return { kind: 'known', bytes: new Uint8Array(body.slice(0)) }
  if (ArrayBuffer.isView(body)) {
    return { kind: 'known', bytes: Uint8Array.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)) }
  }
  if (!isStreamed(body)) throw new OptionError('`body` must be text, bytes, form data or a stream')
  switch (streams) {
    case 'tgt':
      return { kind: 'stream', stream: body }
    case 'buffer':
      return await buffer(body)
    case 'refuse':
      throw new BodyStreamed("the body is a stream: send bytes, or choose `streams: 'buffer'` or `streams: 'tgt'`")
    default:
      throw new OptionError("`streams` must be 'refuse', 'buffer' or 'tgt'")
  }
}

type Streamed = Blob | FormData | AsyncIterable<unknown>

function isStreamed(body: unknown): body is Streamed {
  if (body instanceof Blob || body instanceof FormData) return true
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function buffer(body: Streamed): Promise<OutboundBody> {
  if (body instanceof Blob || body instanceof FormData) {
    const { headers, body: stream } = new Response(body)
    const contentType = headers.get('content-type')
    const bytes = stream === null ? new Uint8Array() : await collect(stream)
    return { kind: 'known', bytes, ...(contentType && { contentType }) }
  }
  return { kind: 'known', bytes: await collect(body) }
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  if (isSpent(stream)) throw new BodyConsumed('the body is a stream that was read before: send its bytes instead')
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (!(bytes instanceof Uint8Array)) throw new OptionError('`body`: expected a stream of bytes or text')
    size += bytes.length
    if (size > MAX_BODY_BYTES) throw new BodyTooLarge(`the body has more than ${MAX_BODY_BYTES} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function isSpent(stream: AsyncIterable<unknown>): boolean {
  if (stream instanceof ReadableStream) return stream.locked
  return 'readableDidRead' in stream && stream.readableDidRead === true
}
