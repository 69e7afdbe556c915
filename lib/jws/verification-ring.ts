import { MAX_PRESENTATION_CHARACTERS, VERIFICATIONS_UNDER_WAY } from '../limits/chains.js'
import type { Algorithm } from '../model/algorithm.js'
import { SIGNATURE_BYTES, type SignedText, signingInputLength, writeSigningInput } from './signature.js'

/** A signature, and all that it takes to verify it, as another thread finds it: it knows none of our objects. */
export interface SignedBytes {
  readonly algorithm: Algorithm
  /** SubjectPublicKeyInfo in DER (RFC 5280, section 4.1). */
  readonly publicKey: Buffer
  readonly signature: Buffer
  /** The JWS signing input. */
  readonly input: Buffer
}

/** What a place says of its signature. */
const [OPEN, VERIFIED, WRONG] = [0, 1, 2] as const
/** How a place says its algorithm. */
const [ES256, EDDSA] = [1, 2] as const

// Words that all threads share: how many were put and how many taken since the beginning, and whether somebody must be told.
const [PUT, TAKEN, AWAKE] = [0, 1, 2] as const
const SHARED_WORDS = 3
// Words of a place.
const [VERDICT, ALGORITHM, KEY_LENGTH, INPUT_LENGTH] = [0, 1, 2, 3] as const
const PLACE_WORDS = 4

const PLACES = VERIFICATIONS_UNDER_WAY
const KEY_BYTES = 128
const INPUT_BYTES = 2 * MAX_PRESENTATION_CHARACTERS
const PLACE_BYTES = KEY_BYTES + SIGNATURE_BYTES + INPUT_BYTES
const WORDS_BYTES = Int32Array.BYTES_PER_ELEMENT * (SHARED_WORDS + PLACE_WORDS * PLACES)

/**
 * Signatures in memory that threads share. One thread puts them, and all take them, the oldest first and each once. Numbers run on
 * beyond what 32 bits hold, which changes no place: there is a power of two of them.
 */
export class VerificationRing {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #bytes: Buffer

  /** A new one, or one that another thread has made. */
  constructor(memory = new SharedArrayBuffer(WORDS_BYTES + PLACE_BYTES * PLACES)) {
    this.memory = memory
    this.#words = new Int32Array(memory, 0, WORDS_BYTES / Int32Array.BYTES_PER_ELEMENT)
    this.#bytes = Buffer.from(memory, WORDS_BYTES)
  }

  /** How many nobody has taken. */
  get waiting(): number {
    return (Atomics.load(this.#words, PUT) - Atomics.load(this.#words, TAKEN)) | 0
  }

  /**
   * Puts a signature behind all others, with its key as SubjectPublicKeyInfo, and gives back its place, each in turn. For one thread, which
   * sees to it that the place is free: that whoever put the last one there has his verdict. Undefined for what is too long.
   */
  put(algorithm: Algorithm, publicKey: Uint8Array, signed: SignedText): number | undefined {
    const { encodedHeader, payload, signature } = signed
    const inputLength = signingInputLength(encodedHeader, payload)
    const fits = publicKey.length <= KEY_BYTES && signature.length === SIGNATURE_BYTES && inputLength <= INPUT_BYTES
    if (!fits) return undefined
    const put = Atomics.load(this.#words, PUT)
    const place = placeOf(put)
    const words = wordsOf(place)
    this.#words[words + VERDICT] = OPEN
    this.#words[words + ALGORITHM] = algorithm === 'ES256' ? ES256 : EDDSA
    this.#words[words + KEY_LENGTH] = publicKey.length
    this.#words[words + INPUT_LENGTH] = inputLength
    const at = place * PLACE_BYTES
    this.#bytes.set(publicKey, at)
    this.#bytes.set(signature, at + KEY_BYTES)
    writeSigningInput(signed, this.#bytes, at + KEY_BYTES + SIGNATURE_BYTES)
    Atomics.store(this.#words, PUT, (put + 1) | 0)
    Atomics.notify(this.#words, PUT, 1)
    return place
  }

  /** Takes the oldest that nobody has taken; its place. */
  take(): number | undefined {
    for (;;) {
      const taken = Atomics.load(this.#words, TAKEN)
      if (taken === Atomics.load(this.#words, PUT)) return undefined
      if (Atomics.compareExchange(this.#words, TAKEN, taken, (taken + 1) | 0) === taken) return placeOf(taken)
    }
  }

  /** What stands at a place: a copy, since what is verified must not change meanwhile. */
  read(place: number): SignedBytes {
    const words = wordsOf(place)
    const at = place * PLACE_BYTES
    const copy = (from: number, length: number) => Buffer.from(this.#bytes.subarray(at + from, at + from + length))
    return {
      algorithm: this.#words[words + ALGORITHM] === ES256 ? 'ES256' : 'EdDSA',
      publicKey: copy(0, this.#words[words + KEY_LENGTH] ?? 0),
      signature: copy(KEY_BYTES, SIGNATURE_BYTES),
      input: copy(KEY_BYTES + SIGNATURE_BYTES, this.#words[words + INPUT_LENGTH] ?? 0),
    }
  }

  /** Nothing is under way: what was put is no longer kept. */
  wipe(): void {
    for (let place = 0; place < PLACES; place += 1) {
      const words = wordsOf(place)
      const at = place * PLACE_BYTES
      this.#bytes.fill(0, at, at + KEY_BYTES + SIGNATURE_BYTES + (this.#words[words + INPUT_LENGTH] ?? 0))
      this.#words[words + INPUT_LENGTH] = 0
    }
  }

  /** Whoever took a place answers, once. */
  answer(place: number, verified: boolean): void {
    Atomics.store(this.#words, wordsOf(place) + VERDICT, verified ? VERIFIED : WRONG)
  }

  /** What was answered; undefined until then. */
  verdictAt(place: number): boolean | undefined {
    const verdict = Atomics.load(this.#words, wordsOf(place) + VERDICT)
    return verdict === OPEN ? undefined : verdict === VERIFIED
  }

  /** Waits until there is something to take. For threads that do nothing else. */
  wait(): void {
    const put = Atomics.load(this.#words, PUT)
    if (put === Atomics.load(this.#words, TAKEN)) Atomics.wait(this.#words, PUT, put)
  }

  /** Whoever puts says whether he looks for verdicts by himself. Before he ceases to, he says so, and looks once more. */
  setAwake(isAwake: boolean): void {
    Atomics.store(this.#words, AWAKE, isAwake ? 1 : 0)
  }

  /** Whether whoever puts must be told of a verdict; then it is as if he had been. */
  mustTell(): boolean {
    return Atomics.exchange(this.#words, AWAKE, 1) === 0
  }
}

function placeOf(number: number): number {
  return number & (PLACES - 1)
}

/** The place that is put to after one. */
export function placeAfter(place: number): number {
  return placeOf(place + 1)
}

function wordsOf(place: number): number {
  return SHARED_WORDS + PLACE_WORDS * place
}
