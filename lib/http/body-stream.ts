import { Readable } from 'node:stream'
import { BodyConsumed, BodyTooLarge, OptionError } from '../errors.js'

/** A stream of bytes, and what it is of, where that is known. */
export interface OpenedStream {
  readonly stream: AsyncIterable<unknown>
  readonly contentType?: string | undefined
}

/** The body as a stream: a Blob, form data, a stream of the web or of node, or anything that can be iterated; else undefined. */
export function openStream(body: unknown): (() => Promise<OpenedStream>) | undefined {
  // By their tags: node-fetch has classes of its own for both.
  if (isTagged(body, 'Blob') || isTagged(body, 'File')) return async () => openBlob(body as Blob)
  if (isTagged(body, 'FormData')) return () => openForm(body as FormData)
  if (isAsyncIterable(body)) return async () => ({ stream: checkUnread(body) })
  return undefined
}

/** Reads a stream to its end. Throws ERR_BODY_TOO_LARGE, and ERR_OPTION if it is not of bytes or text. */
export async function collect(stream: AsyncIterable<unknown>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = toBytes(chunk)
    size += bytes.length
    if (size > maxBytes) throw new BodyTooLarge(`the body has more than ${maxBytes} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The stream in the one form that node-fetch and the platform's fetch both send: bytes, read as they are sent. */
export function toReadable(stream: AsyncIterable<unknown>): Readable {
  return Readable.from(bytesOf(stream), { objectMode: false })
}

async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield toBytes(chunk)
}

/** A copy: whoever produces the stream may use the chunk again. */
function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (!ArrayBuffer.isView(chunk)) throw new OptionError('`body`: expected a stream of bytes or text')
  return Uint8Array.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
}

function isTagged(value: unknown, tag: string): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, Symbol.toStringTag) === tag
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, Symbol.asyncIterator) === 'function'
}

function openBlob(blob: Blob): OpenedStream {
  return { stream: blob.stream(), contentType: blob.type || undefined }
}

async function openForm(form: FormData): Promise<OpenedStream> {
  const { body, headers } = new Response(await toPlatformForm(form))
  return { stream: body ?? Readable.from([]), contentType: headers.get('content-type') ?? undefined }
}

/** The same form in the platform's classes, which alone know how to write themselves. */
async function toPlatformForm(form: FormData): Promise<FormData> {
  if (form instanceof FormData) return form
  const copy = new FormData()
  for (const [name, value] of form as Iterable<[string, string | File]>) {
    if (typeof value === 'string') copy.append(name, value)
    else copy.append(name, new Blob([await value.arrayBuffer()], { type: value.type }), value.name)
  }
  return copy
}

function checkUnread(stream: AsyncIterable<unknown>): AsyncIterable<unknown> {
  const isLocked = stream instanceof ReadableStream && stream.locked
  // Knows the web's streams too, and says no to everything else.
  if (isLocked || Readable.isDisturbed(stream as unknown as Readable)) {
    throw new BodyConsumed('the body is a stream that was read before: send its bytes instead')
  }
  return stream
}
