import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { MAX_REGISTRAR_ANSWER_BYTES, MAX_REGISTRAR_PAGES } from '../../limits/registrars.js'
import type { KeyRegistry, Publication, RegistryChange, RegistryEntry, RegistryWatch } from '../../model/registry.js'
import { ArmedWatch } from '../armed-watch.js'
import { LastingConnection } from '../lasting-connection.js'
import type { ChangeListener } from '../listeners.js'
import { checkPlace, checkService, pathOf } from '../place.js'
import { checkPublication } from '../publication.js'
import { ChangeStream } from './change-stream.js'
import { readEntry, readPage } from './listed-entries.js'
import { refusalIn } from './registrar-refusal.js'
import {
  checkRegistrarOptions,
  type RegistrarRegistryOptions,
  type RegistrarTarget,
} from './registrar-registry-options.js'
import { Wire, type WireAnswer } from './wire.js'

export type { AssertionCredentialOptions } from './assertion-credentials.js'
export { assertion } from './assertion-credentials.js'
export type { ClientCredentialOptions } from './client-credentials.js'
export { clientCredentials } from './client-credentials.js'
export { type EnrolOptions, enrol } from './enrolment-request.js'
export type { CredentialContext, RegistrarCredentials, RegistrarRegistryOptions } from './registrar-registry-options.js'
export type { ClientTls } from './wire.js'

const PATH = '/v1/registrations'
const STAMP_BYTES = 16

/** A registry behind a registrar, which certifies what is published for the service that the credentials prove. Throws ERR_OPTION. */
export function registrar(options: RegistrarRegistryOptions): KeyRegistry {
  return new RegistrarRegistry(checkRegistrarOptions(options))
}

class RegistrarRegistry implements KeyRegistry {
  readonly #target: RegistrarTarget
  readonly #wire: Wire
  readonly #connection: LastingConnection<ChangeStream>
  readonly #watch: ArmedWatch<ChangeStream>
  #listed: ReadonlyMap<string, Stamped> | undefined

  constructor(target: RegistrarTarget) {
    this.#target = target
    this.#wire = new Wire(target.tls)
    this.#connection = new LastingConnection(() => this.#openStream())
    this.#watch = new ArmedWatch(this.#connection, stream => this.#arm(stream))
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    const { service, kid, registration } = publication
    await this.#write(service, `${PATH}/${service}/${kid}`, registration)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    if (this.#target.reader !== undefined) return await this.#target.reader.find(service, kid)
    const answer = await this.#read(`${PATH}/${service}/${kid}`)
    if (answer.status === 404) return undefined
    const entry = readEntry(readOk(answer))
    if (entry.service !== service || entry.kid !== kid) throw new Error('the registrar answered of another place')
    return entry
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    await this.#write(service, `${PATH}/${service}/${kid}.revoked`, '')
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    if (this.#target.reader !== undefined) return await this.#target.reader.list(service)
    const entries: RegistryEntry[] = []
    for await (const entry of this.#readPages(service)) entries.push(entry)
    return entries
  }

  async watch(listener: ChangeListener): Promise<RegistryWatch> {
    if (this.#target.reader !== undefined) return await this.#target.reader.watch(listener)
    return await this.#watch.add(listener)
  }

  /** Ends the reader too. */
  async close(): Promise<void> {
    this.#watch.close()
    await this.#connection.close()
    this.#wire.close()
    await this.#target.reader?.close()
  }

  /** What a log shows of a registry: not its credentials. */
  [inspect.custom](): string {
    return `RegistrarRegistry { url: '${this.#target.url.origin}' }`
  }

  async #write(service: string, path: string, body: string): Promise<void> {
    const { url, credentials } = this.#target
    const context = { service, audience: url.origin, wire: this.#wire }
    const headers = async () => ({
      accept: 'application/json',
      'content-type': 'application/jose',
      ...(credentials !== undefined && { authorization: await credentials.authorize(context) }),
    })
    const maxBytes = MAX_REGISTRAR_ANSWER_BYTES
    readOk(await this.#wire.ask({ method: 'PUT', url: new URL(path, url), headers, body, maxBytes }))
  }

  async #read(path: string): Promise<WireAnswer> {
    const headers = async () => ({ accept: 'application/json' })
    const maxBytes = MAX_REGISTRAR_ANSWER_BYTES
    return await this.#wire.ask({ method: 'GET', url: new URL(path, this.#target.url), headers, maxBytes })
  }

  /** Pages go on behind each other: a registrar that goes back is not followed. */
  async *#readPages(service: string | undefined): AsyncGenerator<RegistryEntry> {
    const path = service === undefined ? PATH : `${PATH}/${service}`
    let after = ''
    for (let pages = 0; pages < MAX_REGISTRAR_PAGES; pages += 1) {
      const page = readPage(readOk(await this.#read(after === '' ? path : `${path}?after=${after}`)))
      yield* page.entries
      if (page.next === undefined) return
      if (page.next <= after) break
      after = page.next
    }
    throw new Error('the registrar lists without an end')
  }

  async #openStream(): Promise<ChangeStream> {
    const headers = async () => ({ accept: 'text/event-stream' })
    const response = await this.#wire.open({ method: 'GET', url: new URL('/v1/changes', this.#target.url), headers })
    if (response.statusCode === 200 && response.headers['content-type'] === 'text/event-stream') {
      return new ChangeStream(response)
    }
    response.destroy()
    throw refusalIn({ status: response.statusCode ?? 0, contentType: '', bytes: Buffer.alloc(0) })
  }

  /** Listens before it looks, so that nothing falls in between; what changed while there was no stream is told then. */
  async #arm(stream: ChangeStream): Promise<void> {
    stream.listen(change => this.#watch.tell(change))
    const before = this.#listed
    const after = await this.#lookAround()
    this.#listed = after
    for (const change of before === undefined ? [] : changesBetween(before, after)) this.#watch.tell(change)
  }

  async #lookAround(): Promise<ReadonlyMap<string, Stamped>> {
    const listed = new Map<string, Stamped>()
    for await (const entry of this.#readPages(undefined)) {
      const { service, kid } = entry
      listed.set(pathOf(service, kid), { service, kid, stamp: stampOf(entry) })
    }
    return listed
  }
}

/** A place, and what differs whenever it was written. */
interface Stamped extends RegistryChange {
  readonly stamp: string
}

function stampOf({ registration = '', revoked }: RegistryEntry): string {
  const digest = createHash('sha256').update(`${revoked} ${registration}`).digest()
  return digest.toString('base64url', 0, STAMP_BYTES)
}

function* changesBetween(
  before: ReadonlyMap<string, Stamped>,
  after: ReadonlyMap<string, Stamped>,
): Generator<RegistryChange> {
  for (const [path, entry] of after) {
    if (before.get(path)?.stamp !== entry.stamp) yield entry
  }
  for (const [path, entry] of before) {
    if (!after.has(path)) yield entry
  }
}

function readOk(answer: WireAnswer): Buffer {
  if (answer.status !== 200 || answer.contentType !== 'application/json') throw refusalIn(answer)
  return answer.bytes
}
