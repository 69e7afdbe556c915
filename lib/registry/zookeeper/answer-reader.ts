import { MAX_ZOOKEEPER_ANSWER_BYTES } from '../../limits/registries.js'

const LENGTH_BYTES = 4
/** Every answer begins with this much: xid, zxid and error. */
const HEADER_BYTES = 16

/** One answer of the server. */
export interface ServerAnswer {
  readonly bytes: Buffer
  /** Longer than anybody needs: only its beginning was kept. */
  readonly isCut: boolean
}

/** Cuts a stream of bytes into the server's answers. Of one that is too long it keeps the header, so that who asked can be told. */
export class AnswerReader {
  #chunks: Buffer[] = []
  #size = 0
  /** Bytes of the answer under way, its length's own four not counted. */
  #expected: number | undefined
  /** Bytes still to be thrown away. */
  #excess = 0

  /** The answers that these bytes complete. */
  read(chunk: Buffer): readonly ServerAnswer[] {
    this.#add(chunk)
    const answers: ServerAnswer[] = []
    for (let answer = this.#next(); answer !== undefined; answer = this.#next()) answers.push(answer)
    return answers
  }

  #next(): ServerAnswer | undefined {
    this.#expected ??= this.#take(LENGTH_BYTES)?.readInt32BE()
    if (this.#expected === undefined) return undefined
    if (this.#expected < 0) throw new Error('zookeeper announces an answer of negative length')
    const isCut = this.#expected > MAX_ZOOKEEPER_ANSWER_BYTES
    const bytes = this.#take(isCut ? HEADER_BYTES : this.#expected)
    if (bytes === undefined) return undefined
    if (isCut) this.#throwAway(this.#expected - HEADER_BYTES)
    this.#expected = undefined
    return { bytes, isCut }
  }

  #add(chunk: Buffer): void {
    const excess = Math.min(this.#excess, chunk.length)
    this.#excess -= excess
    if (excess === chunk.length) return
    this.#chunks.push(chunk.subarray(excess))
    this.#size += chunk.length - excess
  }

  #throwAway(bytes: number): void {
    const held = this.#take(Math.min(bytes, this.#size))
    this.#excess = bytes - (held?.length ?? 0)
  }

  #take(bytes: number): Buffer | undefined {
    if (this.#size < bytes) return undefined
    const held =
      this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : Buffer.concat(this.#chunks)
    this.#size -= bytes
    this.#chunks = this.#size === 0 ? [] : [held.subarray(bytes)]
    return held.subarray(0, bytes)
  }
}
