import {
  type DecisionEvent,
  type Expectation,
  type KeyRegistry,
  MemoryRegistry,
  parsePolicy,
  Service,
  type ServiceOptions,
  type VerifiedCall,
} from '../../lib/index.js'
import { EPOCH } from '../forge/hop.js'
import type { Signer } from '../forge/key.js'
import { type ForgedRegistration, forgeRegistration } from '../forge/registration.js'
import { errorOf, refusalOf } from '../jws/refusal.js'

/** Accepts every call stack. */
export const ACCEPT_ALL = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      come-from:
      - any-number-of-apps: true
`)

/** Rejects every call stack. */
export const REJECT_ALL = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must-be-rejected: true
`)

/** Options of a service, save that `now` may be set and signers are registered for an hour around EPOCH. */
export type ReceiverOptions = Partial<ServiceOptions> & {
  readonly signers?: readonly Signer[]
  readonly registrations?: readonly ForgedRegistration[]
}

/** A service that receives forged presentations, with everything around it in reach. */
export class TestReceiver {
  /** What was looked up in the registry since the start, as `service/kid`. */
  readonly lookups: string[] = []
  readonly events: DecisionEvent[] = []
  readonly registry = new MemoryRegistry()
  /** Seconds since the epoch. */
  now = EPOCH
  #service: Service | undefined

  static async start({ signers = [], registrations = [], ...options }: ReceiverOptions = {}): Promise<TestReceiver> {
    const receiver = new TestReceiver()
    await receiver.register(...signers.map(signer => forgeRegistration(signer, { from: EPOCH - 1800 })))
    await receiver.register(...registrations)
    receiver.#service = await Service.start({
      name: 'receiver',
      registry: receiver.#watched(),
      policy: ACCEPT_ALL,
      clock: () => receiver.now,
      log: event => receiver.events.push(event),
      ...options,
    })
    return receiver
  }

  get service(): Service {
    if (this.#service === undefined) throw new Error('not started')
    return this.#service
  }

  async register(...registrations: readonly ForgedRegistration[]): Promise<void> {
    for (const registration of registrations) await this.registry.publish(registration)
  }

  unwrap(presentation: unknown, expected: Partial<Expectation> = {}): Promise<VerifiedCall> {
    return this.service.unwrap(presentation, { operation: 'call', ...expected })
  }

  /** The code that a presentation is refused with, or `accepted`. */
  verdict(presentation: unknown, expected?: Partial<Expectation>): Promise<string> {
    return refusalOf(() => this.unwrap(presentation, expected))
  }

  /** The error that a presentation is refused with. */
  refusal(presentation: unknown, expected?: Partial<Expectation>): Promise<Error & { code?: string; hop?: number }> {
    return errorOf(() => this.unwrap(presentation, expected))
  }

  #watched(): KeyRegistry {
    const { registry, lookups } = this
    return {
      publish: publication => registry.publish(publication),
      find: (service, kid) => {
        lookups.push(`${service}/${kid}`)
        return registry.find(service, kid)
      },
      revoke: (service, kid) => registry.revoke(service, kid),
      list: service => registry.list(service),
      watch: listener => registry.watch(listener),
      close: () => registry.close(),
    }
  }
}
