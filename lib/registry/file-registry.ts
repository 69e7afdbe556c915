import { mkdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { KeyRevoked, OptionError } from '../errors.js'
import type { KeyRegistry, Publication, RegistryEntry, RegistryWatch } from '../model/registry.js'
import { syncFolder, writeAtomically } from './atomic-file.js'
import { DirectoryMarker } from './directory-marker.js'
import { DirectoryWatch } from './directory-watch.js'
import { listKids, listServices } from './folder-contents.js'
import { folderOf, registrationPath, tombstoneName, tombstonePath } from './layout.js'
import { type ChangeListener, Listeners } from './listeners.js'
import { checkPlace, checkService, type Place } from './place.js'
import { pruneFolder } from './pruning.js'
import { checkPublication } from './publication.js'
import { exists, readRegistrationFile } from './registration-file.js'

/**
 * A registry in a directory, shared by the processes that can see it. The directory is made by the first who publishes. Whoever may
 * write `<directory>/<service>` is that service: give each service's folder to its user alone.
 */
export class FileRegistry implements KeyRegistry {
  /** Absolute. */
  readonly directory: string
  readonly #listeners = new Listeners()
  readonly #marker: DirectoryMarker
  #watch: DirectoryWatch | undefined

  constructor(directory: string) {
    if (typeof directory !== 'string' || directory === '') throw new OptionError('the directory is not a path')
    this.directory = resolve(directory)
    this.#marker = new DirectoryMarker(this.directory)
  }

  async publish(publication: Publication): Promise<void> {
    checkPublication(publication)
    await this.#refuseRevoked(publication)
    const folder = await this.#makeFolder(publication.service)
    await pruneFolder(folder)
    await writeAtomically(folder, publication.kid, publication.registration)
    this.#listeners.tell(publication)
    // Revoked meanwhile: the tombstone wins in any case, and the publisher should know.
    await this.#refuseRevoked(publication)
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    checkPlace(service, kid)
    const place = { service, kid }
    // The tombstone last, so that none is missed that was there when the registration was read.
    const registration = await readRegistrationFile(registrationPath(this.directory, place))
    const revoked = await exists(tombstonePath(this.directory, place))
    if (registration !== undefined) return Object.freeze({ service, kid, registration, revoked })
    if (revoked) return Object.freeze({ service, kid, revoked })
    await this.#refuseMissing()
    return undefined
  }

  async revoke(service: string, kid: string): Promise<void> {
    checkPlace(service, kid)
    await writeAtomically(await this.#makeFolder(service), tombstoneName(kid), '')
    this.#listeners.tell({ service, kid })
  }

  async list(service?: string): Promise<readonly RegistryEntry[]> {
    if (service !== undefined) checkService(service)
    await this.#refuseMissing()
    const services = service === undefined ? await listServices(this.directory) : [service]
    const entries: RegistryEntry[] = []
    for (const name of services) {
      for (const kid of await listKids(folderOf(this.directory, name))) {
        const entry = await this.find(name, kid)
        if (entry !== undefined) entries.push(entry)
      }
    }
    return entries
  }

  async watch(listener: ChangeListener): Promise<RegistryWatch> {
    const remove = this.#listeners.add(listener)
    this.#watch ??= new DirectoryWatch(this.directory, change => this.#listeners.tell(change), warn)
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

  #endWatch(): void {
    this.#watch?.close()
    this.#watch = undefined
  }

  async #makeFolder(service: string): Promise<string> {
    const folder = folderOf(this.directory, service)
    await this.#marker.check()
    const made = await mkdir(folder, { recursive: true })
    await this.#marker.put()
    if (made !== undefined) await syncFolder(this.directory)
    return folder
  }

  async #refuseRevoked({ service, kid }: Place): Promise<void> {
    if (await exists(tombstonePath(this.directory, { service, kid }))) {
      throw new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
    }
  }

  /** A directory that is not there, or not mounted, answers nothing; one without the file answers that there is none. */
  async #refuseMissing(): Promise<void> {
    if (await this.#marker.check()) return
    if (!(await stat(this.directory)).isDirectory()) throw new Error('the registry is not a directory')
  }
}

function warn(sentence: string): void {
  process.emitWarning(`countersign: the registry's directory: ${sentence}`)
}
