import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { VERIFICATIONS_PER_THREAD } from '../limits.js'
import type { Algorithm } from '../model/algorithm.js'
import { LoopPressure } from './loop-pressure.js'
import { verifyBytesElsewhere } from './signature.js'

/** Verifies on the thread pool, as many signatures at a time as are worth it. */
export class VerificationPool {
  readonly #most: number
  readonly #pressure: Pick<LoopPressure, 'isBusy'>
  #underWay = 0

  constructor(most: number, pressure: Pick<LoopPressure, 'isBusy'> = new LoopPressure()) {
    this.#most = most
    this.#pressure = pressure
  }

  /** Whether this thread has too much to do, or others have begun already: then all that can be done elsewhere should be. */
  get isWanted(): boolean {
    return this.#most > 0 && (this.#underWay > 0 || this.#pressure.isBusy)
  }

  /** Begins to verify, if there is room: otherwise whoever asks is quicker on his own. Never rejects. */
  begin(
    algorithm: Algorithm,
    publicKey: KeyObject,
    data: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean> | undefined {
    if (this.#underWay >= this.#most) return undefined
    let settle: (verified: boolean) => void = () => {}
    const verdict = new Promise<boolean>(resolve => {
      settle = resolve
    })
    verifyBytesElsewhere(algorithm, publicKey, data, signature, verified => {
      this.#underWay -= 1
      settle(verified)
    })
    // Behind a call that may throw, and ahead of an answer that never comes at once.
    this.#underWay += 1
    return verdict
  }
}

// As libuv reads it.
const threads = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '', 10) || 4

/** One for the process, as the thread pool is. Where there is one core, nothing is gained by it. */
export const verificationPool = new VerificationPool(
  availableParallelism() > 1 ? threads * VERIFICATIONS_PER_THREAD : 0,
)
