import { OptionError } from '../../errors.js'
import type { KeyRegistry, Publication, RegistryChange, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { type ChangeListener, Listeners } from '../listeners.js'
import { checkPlace, checkService } from '../place.js'
import { checkPublication } from '../publication.js'
import { checkJwksOptions, type JwksRegistryOptions, type JwksTarget } from './jwks-options.js'
import { OwnKeys, type ServedSet } from './own-keys.js'
import type { RegistrationSet } from './registration-set.js'
import { SetPoll } from './set-poll.js'
import { SetSource } from './set-source.js'

export type { JwksRegistryOptions } from './jwks-options.js'
export type { ServedSet } from './own-keys.js'
export { serveJwks } from './serve-jwks.js'
export type { SetFetch, SetRequest, SetResponse } from './set-source.js'

/**
 * A registry without a store: each service serves its own set of keys at a URL that its readers have configured, and whoever answers there
 * is that service. Nobody publishes or revokes for another. What this process publishes for `own` lives as long as the process.
 */
export class JwksRegistry implements KeyRegistry {
  readonly #target: JwksTarget
  readonly #sources: ReadonlyMap<string, readonly SetSource[]>
  readonly #own = new OwnKeys()
  readonly #listeners = new Listeners()
  #polls: readonly SetPoll[] | undefined
  #polling: Promise<unknown> | undefined

  constructor(options: JwksRegistryOptions) {
    this.#target = checkJwksOptions(options)
    const { urls, fetch } = this.#target
    this.#sources = new Map([...urls].map(([service, list]) => [service, list.map(url => new SetSource(url, fetch))]))
  }

  /** The own set, for a handler of the user's own; `serveJwks` is one. */
  served(): ServedSet {
    if (this.#target.own === undefined) throw new OptionError('JwksRegistry: there is no `own` service to serve')
    return this.#own.serve()
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    this.#refuseForeign(publication.service)
    this.#own.publish(publication)
    this.#listeners.tell(publication)
  }

  /** A service that is not configured has no keys: nobody is asked. */
  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    const own = service === this.#target.own ? entryOf(this.#own, service, kid) : undefined
    if (own !== undefined) return own
    const { set, failures } = await this.#read(service)
    const entry = entryOf(set, service, kid)
    // One that does not answer might be the one that has the key.
    if (entry === undefined && failures.length > 0) throw failures[0]
    return entry
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    this.#refuseForeign(service)
    this.#own.revoke(kid)
    this.#listeners.tell({ service, kid })
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const { own } = this.#target
    const known = [...new Set([...(own === undefined ? [] : [own]), ...this.#sources.keys()])]
    const services = service === undefined ? known : known.filter(name => name === service)
    const lists = await Promise.all(services.map(name => this.#list(name)))
    return lists.flat()
  }

  async watch(listener: ChangeListener): Promise<RegistryWatch> {
    const remove = this.#listeners.add(listener)
    this.#polling ??= this.#beginPolling()
    await this.#polling
    return {
      close: async () => {
        remove()
        if (this.#listeners.isEmpty) this.#endPolling()
      },
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    this.#endPolling()
  }

  async #beginPolling(): Promise<void> {
    const { pollSeconds } = this.#target
    const tell = (change: RegistryChange) => this.#listeners.tell(change)
    this.#polls = [...this.#sources].flatMap(([service, sources]) =>
      sources.map(source => new SetPoll(service, source, pollSeconds, tell)),
    )
    await Promise.all(this.#polls.map(poll => poll.begin()))
  }

  #endPolling(): void {
    for (const poll of this.#polls ?? []) poll.close()
    this.#polls = undefined
    this.#polling = undefined
  }

  /** What all URLs of a service say together, and why some say nothing. */
  async #read(service: string): Promise<{ readonly set: RegistrationSet; readonly failures: readonly unknown[] }> {
    const answers = await Promise.allSettled((this.#sources.get(service) ?? []).map(source => source.get()))
    const sets = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
    return {
      set: together(sets),
      failures: answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason] : [])),
    }
  }

  async #list(service: string): Promise<readonly RegistryEntry[]> {
    const { set, failures } = await this.#read(service)
    if (failures.length > 0) throw failures[0]
    const all = service === this.#target.own ? together([set, this.#own]) : set
    const kids = new Set([...all.registrations.keys(), ...all.revoked])
    return [...kids].sort().flatMap(kid => entryOf(all, service, kid) ?? [])
  }

  #refuseForeign(service: string): void {
    if (service === this.#target.own) return
    throw new OptionError(
      `JwksRegistry: only \`${service}\` itself publishes and revokes its keys, where it serves them`,
    )
  }
}

function together(sets: readonly RegistrationSet[]): RegistrationSet {
  return {
    registrations: new Map(sets.flatMap(({ registrations }) => [...registrations])),
    revoked: new Set(sets.flatMap(({ revoked }) => [...revoked])),
  }
}

function entryOf({ registrations, revoked }: RegistrationSet, service: string, kid: string): RegistryEntry | undefined {
  const registration = registrations.get(kid)
  if (registration !== undefined) return Object.freeze({ service, kid, registration, revoked: revoked.has(kid) })
  return revoked.has(kid) ? Object.freeze({ service, kid, revoked: true }) : undefined
}
