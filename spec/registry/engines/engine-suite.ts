import type { KeyRegistry } from '../../../lib/model/registry.js'
import { KeyFinder, type KeyFinderLimits } from '../../../lib/registry/key-finder.js'
import { type Capabilities, type EngineUnderTest, skipWithoutServer } from './engine.js'
import { PlantingRegistry } from './planting-registry.js'

/** What the parts of the conformance share: the engine that is running, and connections that end with each spec. */
export class EngineSuite {
  readonly name: string
  readonly capabilities: Capabilities
  readonly #prepare: () => Promise<EngineUnderTest>
  readonly #open: { close(): Promise<void> }[] = []
  #engine: EngineUnderTest | undefined

  constructor(name: string, capabilities: Capabilities, prepare: () => Promise<EngineUnderTest>) {
    this.name = name
    this.capabilities = capabilities
    this.#prepare = prepare
  }

  get engine(): EngineUnderTest {
    if (this.#engine === undefined) throw new Error('the engine was not started')
    return this.#engine
  }

  /** Starts the engine; where its server is not installed everything is skipped, or fails under `CI=true`. */
  async begin(context: Mocha.Context): Promise<void> {
    this.#engine = await skipWithoutServer(context, this.name, this.#prepare)
  }

  /** With the operator's credentials. */
  connect(): KeyRegistry {
    return this.#keep(this.engine.connect())
  }

  /** With a service's own credentials. */
  connectAs(service: string): KeyRegistry {
    return this.#keep(this.engine.connectAs(service))
  }

  /** A registry for a running service: where the engine takes no publications, they are planted. */
  registryOf(service: string): KeyRegistry {
    const registry = this.connectAs(service)
    return this.capabilities.publish === 'yes' ? registry : new PlantingRegistry(registry, this.engine)
  }

  /** Finds keys, as the receiver that is named. */
  finderOf(service: string, limits: Partial<KeyFinderLimits> = {}): KeyFinder {
    return this.#keep(new KeyFinder({ registry: this.connectAs(service), limits }))
  }

  /** Closes what a spec opened, and empties the store. */
  async endSpec(): Promise<void> {
    for (const open of this.#open.splice(0).reverse()) await open.close()
    await this.#engine?.clear()
  }

  async end(): Promise<void> {
    await this.#engine?.server.remove()
  }

  #keep<T extends { close(): Promise<void> }>(open: T): T {
    this.#open.push(open)
    return open
  }
}
