import { MemoryRegistry, Service, type ServiceOptions } from '../../../lib/index.js'
import type { KeyRegistry } from '../../../lib/model/registry.js'
import { openPolicy } from '../../http/service-party.js'
import { refusalOf } from '../../jws/refusal.js'
import type { EngineSuite } from './engine-suite.js'

const CALL = { audience: 'cart', operation: 'read' } as const

/** Services whose keys stand in the engine: cart is called, by whoever. All stopped in the end. */
export class EngineServices {
  readonly #suite: EngineSuite
  readonly #running: Service[] = []

  constructor(suite: EngineSuite) {
    this.#suite = suite
  }

  /** Starts the receiver, which asks its registry anew for every call. */
  async startCart(registry: KeyRegistry = this.#suite.registryOf('cart'), limits: ServiceOptions['limits'] = {}) {
    return await this.#start({ name: 'cart', registry, policy: openPolicy, limits: { keyFreshSeconds: 0, ...limits } })
  }

  /** Starts an instance of a caller, with a key of its own. */
  async startCaller(name = 'shop'): Promise<Service> {
    return await this.#start({ name, registry: this.#suite.registryOf(name) })
  }

  /** A caller whose key is in nobody's registry. */
  async startStranger(): Promise<Service> {
    return await this.#start({ name: 'shop', registry: new MemoryRegistry() })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(service => service.stop()))
  }

  async #start(options: ServiceOptions): Promise<Service> {
    const service = await Service.start({ log: () => undefined, ...options })
    this.#running.push(service)
    return service
  }
}

/** How a call ends: `accepted`, or with the code of its refusal. */
export async function callOutcome(caller: Service, cart: Service): Promise<string> {
  return await outcomeOf(await caller.wrap({ ...CALL, job: true }), cart)
}

/** How a presentation is received. */
export async function outcomeOf(presentation: string, cart: Service): Promise<string> {
  return await refusalOf(() => cart.unwrap(presentation, { operation: CALL.operation }))
}

/** The presentation of a caller, as if another key had signed it: what a flood of unknown keys is made of. */
export async function presentUnknownKey(caller: Service, kid: string): Promise<string> {
  const presentation = await caller.wrap({ ...CALL, job: true })
  const [secret, header = '', ...rest] = presentation.split(/[~.]/)
  const members = JSON.parse(Buffer.from(header, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...members, kid })).toString('base64url')
  return `${secret}~${changed}.${rest.join('.')}`
}
