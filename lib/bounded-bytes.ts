import { isUint8Array } from 'node:util/types'

/** What is read, and how much of it at most. */
export interface BytesBounds {
  /** Its name in a refusal: `the key set`. */
  readonly what: string
  readonly maxBytes: number
  /** Makes the error of a refusal. */
  readonly refuse?: (message: string) => Error
}

/** The bytes of a stream to its end. Leaves it early, which ends it, where it has more than it may or is not of bytes. */
export async function readBoundedBytes(
  stream: AsyncIterable<unknown> | Iterable<unknown>,
  { what, maxBytes, refuse = message => new Error(message) }: BytesBounds,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    if (!isUint8Array(chunk)) throw refuse(`${what} did not come in bytes`)
    size += chunk.length
    if (size > maxBytes) throw refuse(`${what} has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
