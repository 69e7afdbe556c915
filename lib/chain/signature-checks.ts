import { SignatureInvalid } from '../errors.js'
import { signingInput, verifyBytes } from '../jws/signature.js'
import { type VerificationPool, verificationPool } from '../jws/verification-pool.js'
import { HOPS_WORTH_A_THREAD } from '../limits/chains.js'
import type { Registration } from '../model/registration.js'
import type { UnverifiedHop } from './presentation.js'

/**
 * The signatures of one chain (invariant 7), given newest first. They may be verified at the same time, and are judged in their
 * order; whoever must know of one before the next settles it.
 */
export class SignatureChecks {
  readonly #hops: number
  readonly #pool: Pick<VerificationPool, 'begin' | 'isWanted'>
  readonly #isCrowded: boolean
  readonly #underWay: { readonly hop: UnverifiedHop; readonly verified: Promise<boolean> }[] = []

  /** For a chain of so many hops. */
  constructor(hops: number, pool: Pick<VerificationPool, 'begin' | 'isWanted'> = verificationPool) {
    this.#hops = hops
    this.#pool = pool
    this.#isCrowded = pool.isWanted
  }

  /** Whether results are awaited. */
  get areUnderWay(): boolean {
    return this.#underWay.length > 0
  }

  /** Verifies, or begins to. A signature that was verified before, over this very text, is not verified again. */
  check(hop: UnverifiedHop, { algorithm, publicKey }: Registration): void {
    if (hop.signed === undefined) return
    const { encodedHeader, payload, signature } = hop.signed
    const input = signingInput(encodedHeader, payload)
    const verified = this.#isForPool(hop) ? this.#pool.begin(algorithm, publicKey, input, signature) : undefined
    if (verified !== undefined) this.#underWay.push({ hop, verified })
    else if (!verifyBytes(algorithm, publicKey, input, signature)) throw invalid(hop)
  }

  /** Where no other call is waiting, this thread takes every second one, and the last, rather than wait itself. */
  #isForPool({ position }: UnverifiedHop): boolean {
    if (this.#isCrowded) return true
    return this.#hops >= HOPS_WORTH_A_THREAD && position % 2 === 1 && position < this.#hops - 1
  }

  /** Waits for all that are under way. Throws for the newest that does not verify. */
  async settle(): Promise<void> {
    for (const { hop, verified } of this.#underWay) {
      if (!(await verified)) throw invalid(hop)
    }
    this.#underWay.length = 0
  }
}

function invalid({ header, position: hop }: UnverifiedHop): SignatureInvalid {
  return new SignatureInvalid(`the signature of \`${header.iss}\` does not verify`, { hop })
}
