import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { PublicJwk } from '../../lib/index.js'
import { generateSigningKey, importSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import type { KeyRegistry } from '../../lib/model/registry.js'
import type { AuditEvent, RegistrarOptions } from '../../lib/registrar.js'
import { clientAssertion, delegate, type Registrar, startRegistrar } from '../../lib/registrar.js'
import { MemoryRegistry } from '../../lib/registry/memory-registry.js'
import { assertion, registrar } from '../../lib/registry/registrar/registrar-registry.js'
import { signRegistration } from '../../lib/registry/registration.js'
import { MemoryReplayStore } from '../../lib/replay/memory-replay-store.js'

/** A key pair as an operator holds it. */
export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicJwk: PublicJwk
  readonly signing: SigningKey
}

/** A new P-256 key pair. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signing = await importSigningKey(privateKey)
  return { privateKey, publicJwk: signing.publicJwk, signing }
}

export const nowSeconds = () => Math.floor(Date.now() / 1000)

/** What a request to a registrar came to. */
export interface Outcome {
  readonly status: number
  readonly code: string | undefined
  readonly body: Record<string, unknown>
}

/** Registrars with what they need: a root, a key that it delegates to, an engine, and services with keys to prove themselves. */
export class RegistrarStage {
  readonly events: AuditEvent[] = []
  readonly replay = new MemoryReplayStore()
  readonly engine: KeyRegistry
  readonly root: KeyPair
  readonly key: KeyPair
  readonly proofs: Readonly<Record<'cart' | 'shop', KeyPair>>
  readonly #open: { close(): Promise<void> }[] = []

  private constructor(engine: KeyRegistry, root: KeyPair, key: KeyPair, cart: KeyPair, shop: KeyPair) {
    this.engine = engine
    this.root = root
    this.key = key
    this.proofs = { cart, shop }
  }

  static async prepare(engine: KeyRegistry = new MemoryRegistry()): Promise<RegistrarStage> {
    return new RegistrarStage(
      engine,
      await makeKeyPair(),
      await makeKeyPair(),
      await makeKeyPair(),
      await makeKeyPair(),
    )
  }

  /** Starts a registrar that knows the keys of `cart` and `shop`, and certifies under a delegation of the root. */
  async start(options: Partial<RegistrarOptions> = {}): Promise<Registrar> {
    const delegation = { root: this.root.publicJwk, text: await this.delegate() }
    const started = await startRegistrar({
      registry: this.engine,
      key: this.key.privateKey,
      delegation,
      authenticate: [await this.assertions()],
      listen: { port: 0 },
      log: event => this.events.push(event),
      ...options,
    })
    this.#open.push({ close: () => started.stop() })
    return started
  }

  assertions() {
    const { cart, shop } = this.proofs
    return clientAssertion({ clients: { cart: cart.publicJwk, shop: shop.publicJwk }, replay: this.replay })
  }

  delegate(seconds?: number): Promise<string> {
    return delegate({ root: this.root.privateKey, registrar: this.key.publicJwk, seconds })
  }

  /** What a service uses as its registry. */
  registry(
    url: string,
    service: 'cart' | 'shop',
    reader?: KeyRegistry,
    key = this.proofs[service].privateKey,
  ): KeyRegistry {
    const credentials = assertion({ key })
    return this.keep(registrar({ url, credentials, reader }))
  }

  /** Closes it at the end. */
  keep<T extends { close(): Promise<void> }>(open: T): T {
    this.#open.push(open)
    return open
  }

  /** What was refused so far, as `code service`. */
  get refusals(): readonly string[] {
    return this.events.flatMap(({ verdict, code, service }) => (verdict === 'refused' ? [`${code} ${service}`] : []))
  }

  async end(): Promise<void> {
    for (const open of this.#open.splice(0).reverse()) await open.close()
  }
}

/** A registration of a new key, and its kid. */
export async function makeRegistration(
  service: string,
  terms: { notBefore?: number; expiresAt?: number } = {},
  key?: SigningKey,
) {
  const signing = key ?? (await generateSigningKey('ES256'))
  const { notBefore = nowSeconds(), expiresAt = nowSeconds() + 600 } = terms
  const registration = await signRegistration(signing, { service, notBefore, expiresAt })
  return { service, kid: signing.kid, registration, expiresAt }
}

/** Sends a request as it is, past the client. */
export async function send(url: string, method: string, path: string, init: RequestInit = {}): Promise<Outcome> {
  const response = await fetch(`${url}${path}`, { method, redirect: 'manual', ...init })
  const text = await response.text()
  const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text)
  return { status: response.status, code: typeof body.code === 'string' ? body.code : undefined, body }
}
