import { inspect } from 'node:util'
import { KeyRevoked } from '../../errors.js'
import type { JsonObject } from '../../model/json.js'
import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { type ChangeListener, Listeners } from '../listeners.js'
import { checkPlace, checkService, pathOf } from '../place.js'
import { checkPublication } from '../publication.js'
import { secondsToKeep } from '../retention.js'
import { EtcdError } from './etcd-error.js'
import { EtcdKeys, encode, type KeyValue, readKeyValues, revisionOf } from './etcd-keys.js'
import { checkEtcdOptions, type EtcdOptions } from './etcd-options.js'
import { EtcdSession } from './etcd-session.js'
import { EtcdWatch } from './etcd-watch.js'
import { isObject } from './gateway-exchange.js'
import { readPages } from './key-pages.js'

export type { RegistrySetup } from '../registry-setup.js'
export type { EtcdOptions } from './etcd-options.js'
export { type EtcdSetupOptions, setupEtcd } from './etcd-setup.js'
export type { EtcdFetch, EtcdRequest, EtcdResponse } from './gateway-exchange.js'

/**
 * A registry in an etcd cluster, through its JSON gateway: no driver is needed. etcd's own roles let each service write below its own name
 * only (`setupEtcd`). A registration has a lease, and is forgotten a while after its end; a tombstone stays.
 */
export class EtcdRegistry implements KeyRegistry {
  readonly #endpoints: readonly string[]
  readonly #session: EtcdSession
  readonly #keys: EtcdKeys
  readonly #listeners = new Listeners()
  #watch: EtcdWatch | undefined

  constructor(options: EtcdOptions) {
    const target = checkEtcdOptions('EtcdRegistry', options)
    this.#endpoints = target.endpoints
    this.#session = new EtcdSession(target)
    this.#keys = new EtcdKeys(target.prefix)
  }

  /** One transaction: a tombstone that is there, or comes at the same moment, wins. */
  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const { service, kid, registration, expiresAt } = publication
    const lease = await this.#grantLease(secondsToKeep(expiresAt))
    const put = { key: encode(this.#keys.registration({ service, kid })), value: encode(registration), lease }
    const { isRevoked } = await this.#unlessRevoked(service, kid, { request_put: put })
    if (!isRevoked) return
    // It would expire by itself, a day later.
    await this.#session.ask('/v3/lease/revoke', { ID: lease }).catch(() => undefined)
    throw new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
  }

  /** Of a key that was revoked only that is read: what stands beside its tombstone, however large, cannot hide it. */
  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    const range = { key: encode(this.#keys.registration({ service, kid })) }
    const { isRevoked, keyValues } = await this.#unlessRevoked(service, kid, { request_range: range })
    if (isRevoked) return Object.freeze({ service, kid, revoked: true })
    const [found] = keyValues
    if (found === undefined) return undefined
    return Object.freeze({ service, kid, registration: found.value, revoked: false })
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    await this.#session.ask('/v3/kv/put', { key: encode(this.#keys.tombstone({ service, kid })), value: '' })
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    const entries = new Map<string, RegistryEntry>()
    const request = { keys: this.#keys, folder: this.#keys.folder(service), withValues: true }
    for await (const { keyValues } of readPages(this.#session, request)) {
      for (const { key, value } of keyValues) {
        const meaning = this.#keys.read(key)
        if (meaning === undefined) continue
        const { isTombstone, ...place } = meaning
        const path = pathOf(place.service, place.kid)
        const { revoked = false, ...before } = entries.get(path) ?? {}
        const read = isTombstone ? { revoked: true } : { registration: value, revoked }
        entries.set(path, Object.freeze({ ...before, ...place, ...read }))
      }
    }
    return [...entries.values()]
  }

  /** Waits for an etcd that answers, for as long as it takes. */
  async watch(listener: ChangeListener): Promise<RegistryWatch> {
    const remove = this.#listeners.add(listener)
    this.#watch ??= new EtcdWatch(this.#session, this.#keys, change => this.#listeners.tell(change))
    await this.#watch.ready
    return {
      close: async () => {
        remove()
        if (this.#listeners.isEmpty) this.#endWatch()
      },
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    this.#endWatch()
  }

  /** What a log shows of a registry: not its password. */
  [inspect.custom](): string {
    return `EtcdRegistry { endpoints: '${this.#endpoints.join(', ')}', prefix: '${this.#keys.prefix}' }`
  }

  #endWatch(): void {
    this.#watch?.close()
    this.#watch = undefined
  }

  async #grantLease(seconds: number): Promise<string> {
    const { ID: id } = await this.#session.ask('/v3/lease/grant', { TTL: String(seconds) })
    if (typeof id !== 'string') throw new EtcdError('a lease without an id')
    return id
  }

  /** Does something at a place, in the same moment in which there is no tombstone. */
  async #unlessRevoked(service: string, kid: string, operation: JsonObject): Promise<Outcome> {
    const tombstone = encode(this.#keys.tombstone({ service, kid }))
    const compare = [{ key: tombstone, target: 'VERSION', result: 'EQUAL', version: '0' }]
    return readOutcome(await this.#session.ask('/v3/kv/txn', { compare, success: [operation] }))
  }
}

/** What came of a transaction. */
interface Outcome {
  /** There is a tombstone, and nothing was done. */
  readonly isRevoked: boolean
  /** What was found, where something was looked for. */
  readonly keyValues: readonly KeyValue[]
}

/** A member that is false is absent: an answer must be seen to be one. */
function readOutcome(answer: JsonObject): Outcome {
  revisionOf(answer)
  if (answer.succeeded !== true) return { isRevoked: true, keyValues: [] }
  const [response] = Array.isArray(answer.responses) ? answer.responses : []
  if (!isObject(response)) throw new EtcdError('a transaction without a response')
  const { response_range: range } = response
  return { isRevoked: false, keyValues: isObject(range) ? readKeyValues(range) : [] }
}
