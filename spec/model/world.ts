import type { KeyRegistry } from '../../lib/index.js'
import { EPOCH } from '../forge/hop.js'
import type { ForgedKey } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import { Accepted } from './accepted.js'
import { type Cast, type Role, STRANGER } from './cast.js'
import { FlakyRegistry } from './flaky-registry.js'
import { HonestServices, type Instance } from './honest-services.js'
import { Issuer } from './initial.js'
import { serviceKey } from './keyring.js'
import { Knowledge } from './knowledge.js'
import { Ledger } from './ledger.js'
import type { Publish } from './moves.js'
import { type Place, Places } from './places.js'
import { makeAttempt, windowOf } from './registrations.js'
import type { Subject } from './subject.js'

/** A cast at work: real services, one registry, one clock; and what the model and the adversary know of it all. */
export class World {
  now = EPOCH
  readonly ledger = new Ledger()
  readonly knowledge = new Knowledge()
  readonly places = new Places()
  readonly issuer = new Issuer()
  readonly accepted = new Accepted()
  /** Keys with which corrupted services sign, by the move that published them. */
  readonly published = new Map<number, { readonly kid: string; readonly key: ForgedKey }>()
  #startedAt = EPOCH
  readonly #registry: KeyRegistry
  readonly #seenRegistry: FlakyRegistry
  readonly #services: HonestServices

  private constructor(
    readonly cast: Cast,
    subject: Subject,
  ) {
    this.#registry = new subject.library.MemoryRegistry()
    this.#seenRegistry = new FlakyRegistry(this.#registry, () => this.now)
    this.#services = new HonestServices({
      subject,
      registry: this.#seenRegistry,
      skewSeconds: cast.skewSeconds,
      first: this.nameOf(0),
      nowOf: role => this.nowOf(role),
    })
  }

  static async start(cast: Cast, subject: Subject): Promise<World> {
    const world = new World(cast, subject)
    for (const role of cast.roles) {
      if (role.corrupted) await world.#register(role)
      else for (const instance of await world.#services.start(role)) await world.#learnPlace(instance)
    }
    return world
  }

  async stop(): Promise<void> {
    await this.#services.stop()
  }

  /** What an instance's own clock says. */
  nowOf({ clockOffset }: Role): number {
    return this.now + clockOffset
  }

  /** Time goes by, or is set back: not behind a start, since a service would then register its key anew, when it has time. */
  step(seconds: number): void {
    this.now = Math.max(this.now + seconds, this.#startedAt)
  }

  /** The service at a position of the cast. */
  role(at: number): Role | undefined {
    return this.cast.roles[at]
  }

  nameOf(at: number): string {
    return this.role(at)?.name ?? STRANGER
  }

  /** An instance of an honest service. */
  instance(name: string, at: number): Instance | undefined {
    return this.#services.find(name, at)
  }

  honest(at: number): Role {
    const honest = this.cast.roles.filter(role => !role.corrupted)
    return honest[at % honest.length] as Role
  }

  /** Writes below the path of a corrupted service; nobody lets it write elsewhere. */
  async publish(move: Publish): Promise<void> {
    const as = this.role(move.as)
    const victim = this.role(move.victim)
    if (!as?.corrupted || victim === undefined) return
    const stolen = await this.#registry.find(victim.name, serviceKey(victim.name, victim.algorithm).kid)
    const attempt = makeAttempt(move, as, victim, stolen?.registration ?? '', this.now)
    const { kid, key, registration, until: expiresAt } = attempt
    this.published.set(move.move, { kid, key })
    if (this.places.find(as.name, kid)?.isRevoked) return
    await this.#registry.publish({ service: as.name, kid, registration, expiresAt })
    this.places.register(as.name, kid, attempt, this.now)
  }

  async revoke(service: string, kid: string): Promise<void> {
    await this.#registry.revoke(service, kid)
    this.places.revoke(service, kid, this.now)
  }

  /** Starts an instance of an honest service anew. */
  async restart(name: string, at: number): Promise<void> {
    const instance = this.instance(name, at)
    if (instance === undefined) return
    this.#startedAt = this.now
    const { role, store } = instance
    if (role.replay === 'separate') this.accepted.forget(store, this.nowOf(role))
    await this.#services.restart(instance)
    await this.#learnPlace(instance)
  }

  /** Whether the registry answers. */
  setRegistryDown(isDown: boolean): void {
    this.#seenRegistry.isDown = isDown
  }

  /**
   * What a receiver may rightly believe of a key: the truth, or what was true lately while the registry is down, and in
   * the second after it was asked in vain.
   */
  believable(service: string, kid: string): Place | undefined {
    const isBlind = this.#seenRegistry.hasFailedLately(this.now)
    return isBlind ? this.places.findStale(service, kid, this.now) : this.places.find(service, kid)
  }

  async #register(role: Role): Promise<void> {
    const key = serviceKey(role.name, role.algorithm)
    const made = forgeRegistration({ name: role.name, key }, { from: this.now - 600, until: this.now + 80_000 })
    await this.#registry.publish(made)
    this.places.register(role.name, key.kid, { ...windowOf(made.registration), isSound: true }, this.now)
  }

  /** Reads what an honest service has registered. */
  async #learnPlace({ role, kid }: Instance): Promise<void> {
    const { registration = '' } = (await this.#registry.find(role.name, kid)) ?? {}
    this.places.register(role.name, kid, { ...windowOf(registration), isSound: true }, this.now)
  }
}
