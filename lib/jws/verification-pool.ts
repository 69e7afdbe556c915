import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import {
  MAX_TAKE_OVERS,
  SIGNATURES_LEFT_TO_THREADS,
  THREAD_SILENCE_MILLISECONDS,
  VERIFICATION_THREADS,
  VERIFICATIONS_UNDER_WAY,
} from '../limits/chains.js'
import { runOutside } from '../outside.js'
import { CallPressure } from './call-pressure.js'
import { type SignedText, type VerificationKey, verifyBytes } from './signature.js'
import { placeAfter, type SignedBytes, VerificationRing } from './verification-ring.js'
import { VerificationThreads } from './verification-threads.js'

/** Hears a verdict, and throws nothing. */
export type VerdictListener = (verified: boolean) => void

/** What somebody waits for. */
interface Question {
  readonly key: VerificationKey
  readonly listener: VerdictListener
}

/** Threads, and what they share with this one. */
interface Crew {
  readonly ring: VerificationRing
  readonly threads: Pick<VerificationThreads, 'areReady' | 'end'>
}

/** What may be otherwise in a pool. */
export interface VerificationPoolOptions {
  readonly pressure?: Pick<CallPressure, 'isHigh'>
  /** Starts threads. */
  readonly start?: (...args: Parameters<typeof VerificationThreads.start>) => Crew['threads']
}

/**
 * Verifies on threads of its own, which are started when they are first wanted, and on this one when that has nothing else to do. What
 * was asked first is told first. Where there are no threads, whoever asks verifies himself.
 */
export class VerificationPool {
  readonly #pressure: Pick<CallPressure, 'isHigh'>
  readonly #start: NonNullable<VerificationPoolOptions['start']>
  #threads: number
  #crew: Crew | undefined
  /** By their places in the ring. */
  #questions: (Question | undefined)[] = []
  #oldest = 0
  #underWay = 0
  #told = 0
  #takeOvers = 0
  #isPressed = false
  #isHelping = false
  #guard: NodeJS.Timeout | undefined

  /** With so many threads. */
  constructor(
    threads: number,
    { pressure = new CallPressure(), start = VerificationThreads.start }: VerificationPoolOptions = {},
  ) {
    this.#threads = threads
    this.#pressure = pressure
    this.#start = start
  }

  /** Whether all signatures of the call that has come should be verified elsewhere. To be asked once for each call. */
  isWanted(): boolean {
    this.#isPressed = this.#threads > 0 && this.#pressure.isHigh(this.#underWay)
    return this.#isPressed
  }

  /**
   * Begins to verify, if there is room, and tells the verdict once, later; false if there is none: then whoever asks is quicker
   * on his own.
   */
  begin(key: VerificationKey, signed: SignedText, listener: VerdictListener): boolean {
    const ring = this.#ringAtHand()
    if (ring === undefined || this.#underWay === VERIFICATIONS_UNDER_WAY) return false
    const place = ring.put(key.algorithm, encode(key.publicKey), signed)
    if (place === undefined) return false
    this.#questions[place] = { key, listener }
    this.#underWay += 1
    this.#lookAfter(ring)
    return true
  }

  /** Undefined until a thread is ready. */
  #ringAtHand(): VerificationRing | undefined {
    if (this.#threads === 0) return undefined
    this.#crew ??= this.#startCrew()
    return this.#crew?.threads.areReady ? this.#crew.ring : undefined
  }

  #startCrew(): Crew | undefined {
    const ring = new VerificationRing()
    const isOurs = () => this.#crew?.ring === ring
    const onVerdict = () => {
      if (isOurs() && !this.#isHelping) this.#rest(ring)
    }
    const onFailure = () => {
      if (isOurs()) this.#giveUp()
    }
    try {
      return { ring, threads: this.#start(this.#threads, ring.memory, { onVerdict, onFailure }) }
    } catch {
      this.#giveUp()
      return undefined
    }
  }

  #lookAfter(ring: VerificationRing): void {
    this.#guard ??= this.#startGuard()
    if (this.#isHelping) return
    this.#isHelping = true
    ring.setAwake(true)
    runOutside(() => setImmediate(this.#help))
  }

  /** Whenever the event loop comes round: a signature that waits is verified here, rather than that this thread waits. */
  readonly #help = () => {
    const ring = this.#crew?.ring
    if (ring === undefined) return
    this.#tell(ring)
    // Where calls press there will be other work at once, and threads must not wait for that.
    const left = this.#isPressed ? SIGNATURES_LEFT_TO_THREADS : 0
    if (ring.waiting > left) this.#verifyOne(ring)
    if (ring.waiting > left) setImmediate(this.#help)
    else this.#rest(ring)
  }

  #verifyOne(ring: VerificationRing): void {
    const place = ring.take()
    if (place === undefined) return
    const question = this.#questions[place]
    ring.answer(place, question !== undefined && verifies(question.key, ring.read(place)))
    this.#tell(ring)
  }

  /** From here on the threads call when there is a verdict. */
  #rest(ring: VerificationRing): void {
    this.#isHelping = false
    ring.setAwake(false)
    this.#tell(ring)
  }

  /** As far as there are verdicts for the oldest. */
  #tell(ring: VerificationRing): void {
    while (this.#underWay > 0) {
      const verdict = ring.verdictAt(this.#oldest)
      if (verdict === undefined) return
      this.#takeOldest()?.listener(verdict)
    }
  }

  #takeOldest(): Question | undefined {
    const question = this.#questions[this.#oldest]
    this.#questions[this.#oldest] = undefined
    this.#oldest = placeAfter(this.#oldest)
    this.#underWay -= 1
    this.#told += 1
    return question
  }

  /**
   * Keeps the process running while somebody waits, which threads do not. Looks twice: a thread that was stopped itself has not
   * heard of what was finished meanwhile.
   */
  #startGuard(): NodeJS.Timeout {
    let told = this.#told
    let silences = 0
    const look = () => {
      if (this.#crew !== undefined) this.#tell(this.#crew.ring)
      silences = told === this.#told ? silences + 1 : 0
      told = this.#told
      if (silences >= 2) this.#takeOver()
      if (this.#underWay > 0) return
      this.#crew?.ring.wipe()
      clearInterval(guard)
      this.#guard = undefined
    }
    const guard = runOutside(() => setInterval(look, THREAD_SILENCE_MILLISECONDS))
    return guard
  }

  /** Ends threads that are silent; there will be others, save where that has come time and again. What they had is verified here. */
  #takeOver(): void {
    const { ring, threads } = this.#crew ?? {}
    threads?.end()
    this.#crew = undefined
    this.#isHelping = false
    this.#takeOvers += 1
    if (this.#takeOvers === MAX_TAKE_OVERS) this.#threads = 0
    const open: (() => void)[] = []
    while (ring !== undefined && this.#underWay > 0) {
      const place = this.#oldest
      const question = this.#takeOldest()
      if (question !== undefined) open.push(() => question.listener(verifies(question.key, ring.read(place))))
    }
    this.#oldest = 0
    for (const verify of open) verify()
  }

  /** Threads that failed once are not tried again: whoever packs this code may have left theirs out. */
  #giveUp(): void {
    this.#threads = 0
    this.#takeOver()
  }
}

/** An error is a signature that does not verify, as it is on another thread. */
function verifies(key: VerificationKey, { input, signature }: SignedBytes): boolean {
  try {
    return verifyBytes(key, input, signature)
  } catch {
    return false
  }
}

const encodedKeys = new WeakMap<KeyObject, Uint8Array>()

/** As other threads take it. Throws a TypeError for what is no public key. */
function encode(key: KeyObject): Uint8Array {
  const known = encodedKeys.get(key)
  if (known !== undefined) return known
  const encoded = key.export({ type: 'spki', format: 'der' })
  encodedKeys.set(key, encoded)
  return encoded
}

/** How many threads are worth their memory beside this one, unless an operator says otherwise (`COUNTERSIGN_THREADS`). */
export function threadsBeside(cores: number, asked: string | undefined): number {
  const most = asked !== undefined && /^\d{1,4}$/.test(asked) ? Number(asked) : VERIFICATION_THREADS
  return Math.min(cores - 1, most)
}

/** One for each thread that runs JavaScript. */
export const verificationPool = new VerificationPool(
  threadsBeside(availableParallelism(), process.env.COUNTERSIGN_THREADS),
)
