import { CountersignError, OptionError } from '../../../lib/index.js'
import { documentedCodes } from '../../chain/documented-codes.js'
import { type ReceiverOptions, TestReceiver } from '../../chain/receiver.js'
import { EPOCH } from '../../forge/hop.js'
import type { Signer } from '../../forge/key.js'
import type { Trial } from '../target.js'

/** Inputs between two ticks of the receiver's clock: look-ups of unknown keys are counted by the second. */
const INPUTS_PER_SECOND = 10_000
const SECONDS = 30

/** A receiver that remembers nobody, so that the same input can be accepted again, and reports to standard error. */
export class HostileReceiver {
  #attempts = 0

  private constructor(
    readonly receiver: TestReceiver,
    private readonly keys: readonly string[],
  ) {}

  static async start(signers: readonly Signer[], options: ReceiverOptions = {}): Promise<HostileReceiver> {
    const receiver = await TestReceiver.start({
      signers,
      edges: signers.map(({ name }) => name),
      replay: { remember: () => 'new' },
      limits: { unknownKeyLookupsPerSecond: 100_000 },
      log: undefined,
      ...options,
    })
    return new HostileReceiver(receiver, signers.map(privatePart))
  }

  /** Unwraps, and shows what came of it. The presentation, its parts and all private keys are secret. */
  async attempt(presentation: string, secrets: readonly string[] = []): Promise<Trial> {
    this.#attempts += 1
    this.receiver.now = EPOCH + (Math.floor(this.#attempts / INPUTS_PER_SECOND) % SECONDS)
    this.receiver.lookups.length = 0
    return await show(() => this.receiver.unwrap(presentation), [presentation, ...secrets, ...this.keys])
  }

  async close(): Promise<void> {
    await this.receiver.service.stop()
  }
}

/** What must not be seen of a signer. */
export function privatePart({ key }: Signer): string {
  return String(key.privateJwk.d)
}

/** Tries something: what it gives, or the code that it is refused with. An error without a code is no lawful outcome. */
export async function show(attempt: () => unknown, secrets: readonly string[] = []): Promise<Trial> {
  try {
    return { outcome: 'accepted', shown: [await attempt()], secrets }
  } catch (error) {
    const isOurs = error instanceof CountersignError || error instanceof OptionError
    return { outcome: isOurs ? error.code : `thrown: ${error}`, shown: [error], secrets }
  }
}

/** Acceptance, or a code that is documented. */
export function isDocumented(outcome: string): boolean {
  return outcome === 'accepted' || documentedCodes.has(outcome)
}
