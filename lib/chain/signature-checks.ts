import { SignatureInvalid } from '../errors.js'
import { type SignedText, verifyText } from '../jws/signature.js'
import { type VerificationPool, verificationPool } from '../jws/verification-pool.js'
import { HOPS_WORTH_A_THREAD } from '../limits/chains.js'
import type { Registration } from '../model/registration.js'
import type { UnverifiedHop } from './presentation.js'

/** A signature that another thread verifies. */
interface CheckElsewhere {
  readonly hop: UnverifiedHop
  /** False until it has verified. */
  verified: boolean
}

/** How a settling ends. */
interface Settlement {
  readonly resolve: () => void
  readonly reject: (error: SignatureInvalid) => void
}

/**
 * The signatures of one chain (invariant 7), given newest first. They may be verified at the same time, and are judged in their
 * order; whoever must know of one before the next settles it.
 */
export class SignatureChecks {
  readonly #hops: number
  readonly #pool: Pick<VerificationPool, 'begin' | 'isWanted'>
  readonly #isCrowded: boolean
  readonly #elsewhere: CheckElsewhere[] = []
  #awaited = 0
  #settlement: Settlement | undefined

  /** For a chain of so many hops. */
  constructor(hops: number, pool: Pick<VerificationPool, 'begin' | 'isWanted'> = verificationPool) {
    this.#hops = hops
    this.#pool = pool
    this.#isCrowded = pool.isWanted()
  }

  /** Whether there are verdicts to settle. */
  get areUnderWay(): boolean {
    return this.#elsewhere.length > 0
  }

  /** Verifies, or begins to. A signature that was verified before, over this very text, is not verified again. */
  check(hop: UnverifiedHop, registration: Registration): void {
    const { signed } = hop
    if (signed === undefined) return
    if (this.#isForPool(hop) && this.#begin(hop, signed, registration)) return
    if (!verifyText(registration, signed)) throw invalid(hop)
  }

  /** Where no other call is waiting, this thread takes every second one, and the last, rather than wait itself. */
  #isForPool({ position }: UnverifiedHop): boolean {
    if (this.#isCrowded) return true
    return this.#hops >= HOPS_WORTH_A_THREAD && position % 2 === 1 && position < this.#hops - 1
  }

  #begin(hop: UnverifiedHop, signed: SignedText, registration: Registration): boolean {
    const check: CheckElsewhere = { hop, verified: false }
    const isBegun = this.#pool.begin(registration, signed, verified => {
      check.verified = verified
      this.#awaited -= 1
      this.#judge()
    })
    if (!isBegun) return false
    this.#awaited += 1
    this.#elsewhere.push(check)
    return true
  }

  /** Waits for all that are under way. Throws for the newest that does not verify. */
  settle(): Promise<void> {
    // One promise and no other: each costs more than it seems, in every call.
    return new Promise((resolve, reject) => {
      this.#settlement = { resolve, reject }
      this.#judge()
    })
  }

  /** When the last verdict has come, and somebody waits for it. */
  #judge(): void {
    if (this.#settlement === undefined || this.#awaited > 0) return
    const { resolve, reject } = this.#settlement
    const wrong = this.#elsewhere.find(({ verified }) => !verified)
    this.#settlement = undefined
    this.#elsewhere.length = 0
    if (wrong === undefined) resolve()
    else reject(invalid(wrong.hop))
  }
}

function invalid({ header, position: hop }: UnverifiedHop): SignatureInvalid {
  return new SignatureInvalid(`the signature of \`${header.iss}\` does not verify`, { hop })
}
