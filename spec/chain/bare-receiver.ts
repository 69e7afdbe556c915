import type { Receiver } from '../../lib/chain/party.js'
import { type Expectation, unwrap } from '../../lib/chain/unwrap.js'
import type { VerifiedCall } from '../../lib/chain/verified-call.js'
import { VerifiedChains, type VerifiedChainsBounds } from '../../lib/chain/verified-chains.js'
import { MemoryRegistry } from '../../lib/index.js'
import { InitialTokens } from '../../lib/initial-token/initial-tokens.js'
import type { Registration } from '../../lib/model/registration.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { MemoryReplayStore } from '../../lib/replay/memory-replay-store.js'
import { resolveLimits } from '../../lib/service/limit-options.js'
import { EPOCH } from '../forge/hop.js'
import type { Signer } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { refusalOf } from '../jws/refusal.js'
import { ACCEPT_ALL } from './receiver.js'

/** For how long a bare receiver uses a key while the registry cannot answer. */
export const STALE_SECONDS = 120

/** What `unwrap` works with, in reach of a spec: the memory of verified chains above all. */
export class BareReceiver {
  readonly registry = new MemoryRegistry()
  readonly verifiedChains: VerifiedChains
  readonly keys: KeyFinder
  /** Seconds since the epoch. */
  now = EPOCH
  /** Takes the place of what the key finder finds. */
  replaced: (found: Registration) => Registration = found => found
  #receiver: Receiver

  private constructor(bounds: VerifiedChainsBounds | undefined) {
    this.verifiedChains = new VerifiedChains(bounds)
    this.keys = new KeyFinder({
      registry: this.registry,
      limits: { freshSeconds: 60, staleSeconds: STALE_SECONDS },
      onDoubt: place => this.verifiedChains.forgetKey(place),
    })
    this.#receiver = {
      name: 'receiver',
      keys: {
        find: async (...place) => this.replaced(await this.keys.find(...place)),
        findFresh: (...place) => {
          const found = this.keys.findFresh(...place)
          return found && this.replaced(found)
        },
        findRenewed: async (...place) => this.replaced(await this.keys.findRenewed(...place)),
      },
      limits: resolveLimits(),
      edges: new Set(['s0']),
      initialTokens: new InitialTokens(undefined),
      replay: new MemoryReplayStore({ clock: () => EPOCH - 600 }),
      verifiedChains: this.verifiedChains,
      policy: ACCEPT_ALL,
      enforces: () => true,
    }
  }

  /** Registers signers for an hour around EPOCH, and listens to the registry. */
  static async start(signers: readonly Signer[], bounds?: VerifiedChainsBounds): Promise<BareReceiver> {
    const receiver = new BareReceiver(bounds)
    for (const signer of signers) await receiver.registry.publish(forgeRegistration(signer, { from: EPOCH - 1800 }))
    await receiver.keys.watch()
    return receiver
  }

  /** Changes a part. */
  change(parts: Partial<Receiver>): void {
    this.#receiver = { ...this.#receiver, ...parts }
  }

  unwrap(presentation: unknown, expected: Partial<Expectation> = {}): Promise<VerifiedCall> {
    return unwrap(presentation, { operation: 'call', ...expected }, this.#receiver, this.now)
  }

  /** The code that a presentation is refused with, or `accepted`. */
  verdict(presentation: unknown, expected?: Partial<Expectation>): Promise<string> {
    return refusalOf(() => this.unwrap(presentation, expected))
  }
}
