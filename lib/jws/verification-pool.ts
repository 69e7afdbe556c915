import { availableParallelism } from 'node:os'
import { startIdleInterval } from '../idle-interval.js'
import { POOL_SILENCE_MILLISECONDS, VERIFICATIONS_PER_THREAD } from '../limits/chains.js'
import { CallPressure } from './call-pressure.js'
import { type SignedText, type VerificationKey, verifyText, verifyTextElsewhere } from './signature.js'

/** Hears a verdict. */
export type VerdictListener = (verified: boolean) => void

/** What somebody waits for. */
interface Question {
  readonly key: VerificationKey
  readonly signed: SignedText
  readonly listener: VerdictListener
}

/** A verification that is answered once. The engine keeps what a thread was given for a while: then nothing hangs on it any more. */
class Verification {
  #question: Question | undefined

  constructor(question: Question) {
    this.#question = question
  }

  /** What the thread found, if nobody was quicker. */
  settle(verified: boolean): void {
    const question = this.#question
    this.#question = undefined
    question?.listener(verified)
  }

  /** Verified by this thread. An error is a signature that does not verify, as it is on another. */
  settleHere(): void {
    if (this.#question !== undefined) this.settle(succeeds(this.#question))
  }
}

/**
 * Verifies on the thread pool, as many signatures at a time as are worth it. Files and names are looked up on the same threads: where
 * those hang, what waits is verified by this thread after all.
 */
export class VerificationPool {
  readonly #most: number
  readonly #pressure: Pick<CallPressure, 'isHigh'>
  readonly #waiting = new Set<Verification>()
  /** Those that threads have not finished, whether or not somebody still waits. */
  #underWay = 0
  #finished = 0
  #isHeld = false
  #guard: NodeJS.Timeout | undefined

  constructor(most: number, pressure: Pick<CallPressure, 'isHigh'> = new CallPressure()) {
    this.#most = most
    this.#pressure = pressure
  }

  /** Whether all signatures of the call that has come should be verified elsewhere. To be asked once for each call. */
  isWanted(): boolean {
    return this.#most > 0 && this.#pressure.isHigh(this.#underWay)
  }

  /**
   * Begins to verify, if there is room, and tells the verdict once, later; false if there is none: then whoever asks is quicker
   * on his own.
   */
  begin(key: VerificationKey, signed: SignedText, listener: VerdictListener): boolean {
    if (this.#underWay >= this.#most || this.#isHeld) return false
    const verification = new Verification({ key, signed, listener })
    verifyTextElsewhere(key, signed, verified => {
      this.#underWay -= 1
      this.#finished += 1
      this.#isHeld = false
      this.#waiting.delete(verification)
      verification.settle(verified)
    })
    // Behind a call that may throw, and ahead of an answer that never comes at once.
    this.#underWay += 1
    this.#waiting.add(verification)
    this.#guard ??= this.#startGuard()
    return true
  }

  /** Looks twice: a thread that was stopped itself has not heard of what was finished meanwhile. */
  #startGuard(): NodeJS.Timeout {
    let finished = this.#finished
    let silences = 0
    const guard = startIdleInterval(() => {
      silences = finished === this.#finished ? silences + 1 : 0
      finished = this.#finished
      if (silences >= 2) this.#takeOver()
      if (this.#waiting.size > 0) return
      clearInterval(guard)
      this.#guard = undefined
    }, POOL_SILENCE_MILLISECONDS)
    return guard
  }

  #takeOver(): void {
    this.#isHeld = this.#underWay > 0
    for (const verification of this.#waiting) verification.settleHere()
    this.#waiting.clear()
  }
}

function succeeds({ key, signed }: Question): boolean {
  try {
    return verifyText(key, signed)
  } catch {
    return false
  }
}

/** How many threads the pool has, as libuv reads it (`UV_THREADPOOL_SIZE`), or as many as there are cores to run them. */
export function poolThreads(size: string | undefined, cores: number): number {
  const threads = size === undefined ? 4 : Number.parseInt(size, 10) || 1
  return Math.min(Math.max(threads, 1), cores)
}

const cores = availableParallelism()
const threads = poolThreads(process.env.UV_THREADPOOL_SIZE, cores)

/** One for each thread that runs JavaScript. Where there is one core, nothing is gained by it. */
export const verificationPool = new VerificationPool(cores > 1 ? threads * VERIFICATIONS_PER_THREAD : 0)
