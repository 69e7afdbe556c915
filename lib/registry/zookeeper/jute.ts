// ZooKeeper's encoding: big-endian integers; texts and buffers behind their length, which is -1 for none; lists behind their count.

/** Thrown where an answer is not what the protocol says. */
export class JuteMalformed extends Error {}

/** Puts a record together. */
export class JuteWriter {
  readonly #parts: Buffer[] = []

  int(value: number): this {
    const part = Buffer.alloc(4)
    part.writeInt32BE(value)
    return this.#add(part)
  }

  long(value: bigint): this {
    const part = Buffer.alloc(8)
    part.writeBigInt64BE(value)
    return this.#add(part)
  }

  bool(value: boolean): this {
    return this.#add(Buffer.from([value ? 1 : 0]))
  }

  buffer(value: Uint8Array): this {
    return this.int(value.length).#add(Buffer.from(value))
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value))
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.int(items.length)
    items.forEach(write)
    return this
  }

  /** A record of its own, as it is. */
  record(record: JuteWriter): this {
    return this.#add(record.bytes())
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  #add(part: Buffer): this {
    this.#parts.push(part)
    return this
  }
}

/** Takes a record apart. What it does not hold is refused, however it says otherwise. */
export class JuteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int(): number {
    return this.#take(4).readInt32BE()
  }

  long(): bigint {
    return this.#take(8).readBigInt64BE()
  }

  bool(): boolean {
    return this.#take(1)[0] !== 0
  }

  buffer(): Buffer {
    return this.#take(Math.max(0, this.int()))
  }

  text(): string {
    return this.buffer().toString('utf8')
  }

  list<T>(read: () => T): readonly T[] {
    const items: T[] = []
    for (let count = this.int(); count > 0; count--) items.push(read())
    return items
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new JuteMalformed('the answer ends too soon')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
