import { connect, type NatsConnection } from '@nats-io/transport-node'
import { NatsRegistry, setupNats } from '../../../lib/registry/nats/nats-registry.js'
import type { Capabilities, EngineUnderTest } from './engine.js'
import { NatsServer } from './nats-server.js'

export const STREAM = 'KV_countersign'

export const NATS: Capabilities = {
  publish: 'yes',
  revoke: 'yes',
  watch: 'listed again',
  forgets: 'engine',
  accessControl: 'engine',
  forbidden: /Permissions Violation for Publish to "\$KV\.countersign\.(shop|cart)\./,
}

/** Passwords like operators', made up here. */
export const passwordOf = (user: string) => `the-password-of-${user}:long-enough`

/** The configuration that our setup gives, with passwords. */
export function configurationFor(services: readonly string[]): string {
  return setupNats({ services }).statements.replaceAll(/<password of ([^>]+)>/g, (_, user: string) => passwordOf(user))
}

/** A NATS that was set up by our setup, for three services. */
export class NatsEngine implements EngineUnderTest {
  readonly server: NatsServer
  readonly #services: readonly string[]

  private constructor(server: NatsServer, services: readonly string[]) {
    this.server = server
    this.#services = services
  }

  static async begin(services: readonly string[] = ['cart', 'shop', 'inventory']): Promise<NatsEngine> {
    const engine = new NatsEngine(await NatsServer.begin(configurationFor(services)), services)
    await engine.makeBucket()
    return engine
  }

  async makeBucket(): Promise<void> {
    const { apply } = setupNats({ services: this.#services, ...this.optionsFor('operator') })
    await apply?.(Object.fromEntries(this.#services.map(service => [service, passwordOf(service)])))
  }

  optionsFor(user: string) {
    return { servers: [this.server.address], user, password: passwordOf(user) }
  }

  connect(): NatsRegistry {
    return this.connectAs('operator')
  }

  connectAs(service: string): NatsRegistry {
    return new NatsRegistry(this.optionsFor(service))
  }

  /** The driver itself, past the adapter. */
  async as<T>(user: string, work: (client: NatsConnection) => Promise<T>): Promise<T> {
    const client = await connect({ servers: this.server.address, user, pass: passwordOf(user) })
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  }

  /** What is longer than the bucket takes is refused by the server itself, and then it is not there. */
  async plant(service: string, name: string, text: string): Promise<void> {
    await this.as('operator', client => client.request(subjectOf(service, name), text))
  }

  trespass(service: string, victim: string): Promise<string> {
    return this.as(service, client => client.request(subjectOf(victim, 'A'.repeat(43)), 'mine').then(String, String))
  }

  /** Nothing in it can be deleted, so the bucket is. */
  async clear(): Promise<void> {
    await this.as('operator', client => client.request(`$JS.API.STREAM.DELETE.${STREAM}`))
    await this.makeBucket()
  }

  async secondsLeft(service: string, name: string): Promise<number> {
    return this.as('operator', async client => {
      const question = JSON.stringify({ last_by_subj: subjectOf(service, name) })
      const { message } = (await client.request(`$JS.API.STREAM.MSG.GET.${STREAM}`, question)).json<{
        message: { time: string }
      }>()
      const { config } = (await client.request(`$JS.API.STREAM.INFO.${STREAM}`)).json<{ config: { max_age: number } }>()
      return (new Date(message.time).getTime() - Date.now()) / 1000 + config.max_age / 1e9
    })
  }
}

function subjectOf(service: string, name: string): string {
  return `$KV.countersign.${service.replaceAll('.', '=')}.${name}`
}
