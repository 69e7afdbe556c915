import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DIRECTORY_RESCAN_SECONDS,
  DIRECTORY_RETRY_SECONDS,
  DIRECTORY_SETTLE_MILLISECONDS,
  FOLDER_REST_SECONDS,
  FOLDERS_AT_A_TIME,
  MAX_NAMES_PER_DIRECTORY,
  MAX_NAMES_PER_FOLDER,
} from '../limits/registries.js'
import { changedKids, type FolderContents, firstServices, readContents } from './folder-contents.js'
import { FolderEvents } from './folder-events.js'
import { folderOf } from './layout.js'
import type { ChangeListener } from './listeners.js'
import { Rests, restAfter, steadySeconds } from './rest.js'

const EMPTY: FolderContents = { stamps: new Map(), more: false }

/** Hears, in a sentence, what an operator should know. */
export type Warn = (sentence: string) => void

/**
 * Tells what changes in a registry's directory, which may come later, go, and come again. The system's events say where to
 * look soon, and a slow re-scan finds what they missed; what changed is what differs from the look before. Each folder has
 * its share of the time, so that a service which rewrites its own does not keep others busy.
 */
export class DirectoryWatch {
  /** Resolves when everything that changes from then on will be told. */
  readonly ready: Promise<void>
  readonly #directory: string
  readonly #tell: ChangeListener
  readonly #warn: Warn
  readonly #events = new FolderEvents({
    hear: folder => this.#wake(folder),
    miss: cause => this.#warnOnce(`the system tells of no changes${codeOf(cause)}: they are seen by re-scans`),
  })
  readonly #services = new Map<string, FolderContents>()
  /** Folders to look at; the directory itself stands for those that come and go. */
  readonly #due = new Set<string>()
  readonly #rests = new Rests()
  readonly #warned = new Set<string>()
  #rescanAt = Number.NEGATIVE_INFINITY
  #wakeUp: () => void = () => undefined
  #closed = false

  constructor(directory: string, tell: ChangeListener, warn: Warn) {
    this.#directory = directory
    this.#tell = tell
    this.#warn = warn
    this.ready = this.#rescan(() => undefined)
    this.#run().catch(() => this.close())
  }

  close(): void {
    this.#closed = true
    this.#events.close()
    this.#wakeUp()
  }

  async #run(): Promise<void> {
    await this.ready
    while (!this.#closed) {
      await this.#sleep()
      await delay(DIRECTORY_SETTLE_MILLISECONDS, undefined, { ref: false })
      if (this.#closed) return
      if (steadySeconds() >= this.#rescanAt) await this.#rescan(this.#tell)
      else await this.#lookAtDue()
    }
  }

  #wake(folder: string): void {
    this.#due.add(folder)
    this.#wakeUp()
  }

  /** Until something is due and has rested, or the time for a re-scan has come. Does not keep the process alive. */
  async #sleep(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    for (let wait = this.#wait(); wait > 0 && !this.#closed; wait = this.#wait()) {
      await new Promise<void>(resolve => {
        this.#wakeUp = resolve
        timer = setTimeout(resolve, wait * 1000).unref()
      })
      clearTimeout(timer)
    }
  }

  #wait(): number {
    let next = this.#rescanAt
    for (const folder of this.#due) next = Math.min(next, this.#rests.endOf(folder))
    return next - steadySeconds()
  }

  async #lookAtDue(): Promise<void> {
    for (const folder of [...this.#due].filter(due => this.#rests.hasRested(due))) {
      this.#rests.begin(folder, FOLDER_REST_SECONDS)
      if (folder === this.#directory) await this.#lookAtDirectory(this.#tell)
      else await this.#lookAt(basename(folder), this.#tell)
    }
  }

  async #rescan(tell: ChangeListener): Promise<void> {
    const start = steadySeconds()
    const known = [...this.#services.keys()]
    const isThere = await this.#lookAtDirectory(tell)
    const rested = known.filter(service => this.#rests.hasRested(folderOf(this.#directory, service)))
    await this.#lookAtEach(rested, tell)
    const end = steadySeconds()
    const least = isThere ? DIRECTORY_RESCAN_SECONDS : DIRECTORY_RETRY_SECONDS
    this.#rescanAt = end + Math.max(least, restAfter(end - start))
  }

  /** Looks which services' folders came and went, and at those. Whether the directory is there. */
  async #lookAtDirectory(tell: ChangeListener): Promise<boolean> {
    const start = steadySeconds()
    this.#due.delete(this.#directory)
    const isThere = await this.#events.follow(this.#directory)
    const { came, gone } = await this.#compareServices()
    this.#rests.begin(this.#directory, restAfter(steadySeconds() - start))
    await this.#lookAtEach([...gone, ...came], tell)
    return isThere
  }

  async #lookAtEach(services: readonly string[], tell: ChangeListener): Promise<void> {
    for (let start = 0; start < services.length; start += FOLDERS_AT_A_TIME) {
      const some = services.slice(start, start + FOLDERS_AT_A_TIME)
      await Promise.all(some.map(service => this.#lookAt(service, tell)))
    }
  }

  /** A directory that cannot be read says nothing of its services. */
  async #compareServices(): Promise<{ readonly came: readonly string[]; readonly gone: readonly string[] }> {
    const known = [...this.#services.keys()]
    const { names, more } = await firstServices(this.#directory).catch(() => ({ names: known, more: false }))
    if (more) this.#warnOnce(`the directory has more than ${MAX_NAMES_PER_DIRECTORY} names: the rest is not watched`)
    const present = new Set(names)
    return {
      came: names.filter(service => !this.#services.has(service)),
      gone: known.filter(service => !present.has(service)),
    }
  }

  /** Follows before it reads, so that nothing falls in between. */
  async #lookAt(service: string, tell: ChangeListener): Promise<void> {
    const start = steadySeconds()
    const folder = folderOf(this.#directory, service)
    this.#due.delete(folder)
    const isThere = await this.#events.follow(folder)
    const before = this.#services.get(service) ?? EMPTY
    // A folder that cannot be read is taken for what it was.
    const after = await readContents(folder).catch(() => before)
    for (const kid of changedKids(before.stamps, after.stamps)) tell({ service, kid })
    this.#rests.begin(folder, restAfter(steadySeconds() - start))
    if (isThere || after.stamps.size > 0) this.#keep(service, after)
    else this.#forget(service)
  }

  #keep(service: string, contents: FolderContents): void {
    this.#services.set(service, contents)
    if (contents.more)
      this.#warnOnce(
        `the folder of \`${service}\` has more than ${MAX_NAMES_PER_FOLDER} names: the rest is not watched`,
      )
  }

  #forget(service: string): void {
    this.#services.delete(service)
    this.#rests.forget(folderOf(this.#directory, service))
  }

  #warnOnce(sentence: string): void {
    if (this.#warned.has(sentence)) return
    this.#warned.add(sentence)
    this.#warn(sentence)
  }
}

/** A code of the system, such as ENOSPC. */
function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
}
