import { CountersignError } from '../../lib/errors.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { Service } from '../../lib/service.js'

const policy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { come-from: [{ app-name: { equal-to: shop } }] }
`)

/** The clock of one service of a stage, which a spec sets. */
export interface StageClock {
  seconds: number
}

/** Two services that share a directory, each through a registry of its own, as two processes would: `shop` calls `cart`. */
export class Stage {
  readonly shop: Service
  readonly cart: Service
  readonly clocks: { readonly shop: StageClock; readonly cart: StageClock }
  readonly #registries: readonly FileRegistry[]

  private constructor(
    services: readonly [Service, Service],
    clocks: Stage['clocks'],
    registries: readonly FileRegistry[],
  ) {
    ;[this.shop, this.cart] = services
    this.clocks = clocks
    this.#registries = registries
  }

  static async open(directory: string): Promise<Stage> {
    const seconds = Math.floor(Date.now() / 1000)
    const clocks = { shop: { seconds }, cart: { seconds } }
    const registries = [new FileRegistry(directory), new FileRegistry(directory)] as const
    const start = (name: 'shop' | 'cart', registry: FileRegistry) =>
      Service.start({ name, registry, policy, clock: () => clocks[name].seconds, log: () => undefined })
    // In this order: what is there before cart begins to watch is not told, and a call that comes meanwhile is remembered.
    const shop = await start('shop', registries[0])
    return new Stage([shop, await start('cart', registries[1])], clocks, registries)
  }

  /** Time passes for both. */
  pass(seconds: number): void {
    this.clocks.shop.seconds += seconds
    this.clocks.cart.seconds += seconds
  }

  /** One call: `accepted`, or the code that stopped it on either side. */
  async call(): Promise<string> {
    try {
      const presentation = await this.shop.wrap({ audience: 'cart', operation: 'checkout', job: true })
      await this.cart.unwrap(presentation, { operation: 'checkout' })
      return 'accepted'
    } catch (error) {
      if (error instanceof CountersignError) return error.code
      throw error
    }
  }

  async close(): Promise<void> {
    for (const service of [this.shop, this.cart]) await service.stop()
    for (const registry of this.#registries) await registry.close()
  }
}
