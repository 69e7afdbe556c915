import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { POOL_SILENCE_MILLISECONDS, VERIFICATIONS_PER_THREAD } from '../limits/chains.js'
import type { Algorithm } from '../model/algorithm.js'
import { LoopPressure } from './loop-pressure.js'
import { verifyBytes, verifyBytesElsewhere } from './signature.js'

/** A verification whose verdict somebody waits for. */
interface Waiting {
  readonly verifyHere: () => boolean
  readonly settle: (verified: boolean) => void
}

/**
 * Verifies on the thread pool, as many signatures at a time as are worth it. Files and names are looked up on the same threads: where
 * those hang, what waits is verified by this thread after all.
 */
export class VerificationPool {
  readonly #most: number
  readonly #pressure: Pick<LoopPressure, 'isBusy'>
  readonly #waiting = new Set<Waiting>()
  /** Those that threads have not finished, whether or not somebody still waits. */
  #underWay = 0
  #finished = 0
  #isHeld = false
  #guard: NodeJS.Timeout | undefined

  constructor(most: number, pressure: Pick<LoopPressure, 'isBusy'> = new LoopPressure()) {
    this.#most = most
    this.#pressure = pressure
  }

  /** Whether this thread has too much to do, or others have begun already: then all that can be done elsewhere should be. */
  get isWanted(): boolean {
    return this.#most > 0 && (this.#underWay > 0 || this.#pressure.isBusy)
  }

  /** Begins to verify what the bytes are now, if there is room: otherwise whoever asks is quicker on his own. Never rejects. */
  begin(
    algorithm: Algorithm,
    publicKey: KeyObject,
    bytes: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean> | undefined {
    if (this.#underWay >= this.#most || this.#isHeld) return undefined
    const data = new Uint8Array(bytes)
    let settle: (verified: boolean) => void = () => {}
    const verdict = new Promise<boolean>(resolve => {
      settle = resolve
    })
    const waiting = { verifyHere: () => verifyBytes(algorithm, publicKey, data, signature), settle }
    verifyBytesElsewhere(algorithm, publicKey, data, signature, verified => {
      this.#underWay -= 1
      this.#finished += 1
      this.#isHeld = false
      this.#waiting.delete(waiting)
      settle(verified)
    })
    // Behind a call that may throw, and ahead of an answer that never comes at once.
    this.#underWay += 1
    this.#waiting.add(waiting)
    this.#guard ??= this.#startGuard()
    return verdict
  }

  /** Looks twice: a thread that was stopped itself has not heard of what was finished meanwhile. */
  #startGuard(): NodeJS.Timeout {
    let finished = this.#finished
    let silences = 0
    const guard = setInterval(() => {
      silences = finished === this.#finished ? silences + 1 : 0
      finished = this.#finished
      if (silences >= 2) this.#takeOver()
      if (this.#waiting.size > 0) return
      clearInterval(guard)
      this.#guard = undefined
    }, POOL_SILENCE_MILLISECONDS)
    return guard.unref()
  }

  #takeOver(): void {
    this.#isHeld = this.#underWay > 0
    for (const { verifyHere, settle } of this.#waiting) settle(succeeds(verifyHere))
    this.#waiting.clear()
  }
}

/** An error is a signature that does not verify, as it is on another thread. */
function succeeds(verify: () => boolean): boolean {
  try {
    return verify()
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
