import { MemoryReplayStore, Service } from '../../lib/index.js'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import { signCertification } from '../../lib/registry/registrar/certification.js'
import { signDelegation } from '../../lib/registry/registrar/delegation.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH } from '../forge/hop.js'
import { forgeSigner, type Signer } from '../forge/key.js'
import { forgeRegistration, type RegistrationPieces } from '../forge/registration.js'
import { openPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { Engine } from './engine.js'

const HOUR = 3600
const DAY = 86_400

/** Whose word a receiver takes for what the registry holds. */
export type Pins = 'nobody' | 'registrar' | 'root'

/** `shop` calls `cart`, and `inventory` waits for calls of `cart`: they are honest. `mallory` is a registered service, and the thief's own. */
export class Scene {
  readonly engine = new Engine()
  readonly shop = forgeSigner('shop')
  readonly mallory = forgeSigner('mallory')
  readonly registrar: SigningKey
  readonly root: SigningKey
  /** The root's delegation to the registrar: for two days. */
  readonly delegation: string
  readonly pins: Pins
  now = EPOCH
  readonly #services: Service[] = []

  private constructor(pins: Pins, registrar: SigningKey, root: SigningKey, delegation: string) {
    this.pins = pins
    this.registrar = registrar
    this.root = root
    this.delegation = delegation
  }

  static async open(pins: Pins): Promise<Scene> {
    const [registrar, root] = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')]
    const terms = { issuedAt: EPOCH - HOUR, expiresAt: EPOCH - HOUR + 2 * DAY }
    const scene = new Scene(pins, registrar, root, await signDelegation(registrar, root, terms))
    for (const signer of [scene.shop, scene.mallory]) await scene.register(signer)
    return scene
  }

  /** Starts an honest service. It pins whom the scene says, or else somebody else. */
  async start(name: 'cart' | 'inventory', pinned?: SigningKey): Promise<Service> {
    const pin = pinned ?? (this.pins === 'root' ? this.root : this.registrar)
    const service = await Service.start({
      name,
      registry: this.engine,
      ...(this.pins === 'nobody' ? {} : { registrars: [pin.publicJwk] }),
      policy: openPolicy,
      edges: ['shop'],
      clock: () => this.now,
      replay: new MemoryReplayStore({ clock: () => EPOCH - HOUR }),
      log: () => undefined,
    })
    this.#services.push(service)
    return service
  }

  async close(): Promise<void> {
    await Promise.all(this.#services.map(service => service.stop()))
  }

  /** What an honest registrar makes of a registration, and what is stored where nobody is pinned. */
  async certify(registration: string, expiresAt = EPOCH + HOUR): Promise<string> {
    const terms = { issuedAt: EPOCH, expiresAt }
    if (this.pins === 'nobody') return registration
    return await signCertification(
      registration,
      this.registrar,
      terms,
      this.pins === 'root' ? this.delegation : undefined,
    )
  }

  /** An honest registration of a service's own key, from an hour ago until in an hour. */
  async register(signer: Signer): Promise<void> {
    await this.store(signer, await this.certify(this.registrationOf(signer)))
  }

  registrationOf(signer: Signer, pieces: Partial<RegistrationPieces> = {}): string {
    return forgeRegistration(signer, { from: EPOCH - HOUR, until: EPOCH + HOUR, ...pieces }).registration
  }

  /** Stores something at a signer's place. */
  async store({ name, key }: Signer, registration: string): Promise<void> {
    this.engine.put(name, key.kid, { registration, revoked: false })
  }

  /** What cart says to a call of a signer: `accepted`, or the code of its refusal. */
  async callOf(signer: Signer, cart: Service, issuedAt = this.now): Promise<string> {
    const { presentation } = forgeChain([signer], 'cart', { issuedAt })
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'call' }))
  }
}
