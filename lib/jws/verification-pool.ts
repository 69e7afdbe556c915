import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { VERIFICATIONS_PER_CORE } from '../limits.js'
import type { Algorithm } from '../model/algorithm.js'
import { verifyBytesElsewhere } from './signature.js'

/** Verifies on the thread pool, as many signatures at a time as are worth it. */
export class VerificationPool {
  readonly #most: number
  #underWay = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#underWay === 0
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

const cores = availableParallelism()

/** One for the process, as the thread pool is. Where there is one core, nothing is gained by it. */
export const verificationPool = new VerificationPool(cores > 1 ? cores * VERIFICATIONS_PER_CORE : 0)
