import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DIRECTORY_RESCAN_SECONDS,
  DIRECTORY_RETRY_SECONDS,
  DIRECTORY_SETTLE_MILLISECONDS,
  MAX_WATCHED_FILES_PER_SERVICE,
} from '../limits.js'
import { changedKids, type FolderContents, listServices, readContents } from './folder-contents.js'
import { FolderEvents } from './folder-events.js'
import { folderOf } from './layout.js'
import type { ChangeListener } from './listeners.js'

const EMPTY: FolderContents = new Map()

/**
 * Tells what changes in a registry's directory, which may come later, go, and come again. The system's events say where to
 * look soon, and a slow re-scan finds what they missed; what changed is what differs from the look before.
 */
export class DirectoryWatch {
  /** Resolves when everything that changes from then on will be told. */
  readonly ready: Promise<void>
  readonly #directory: string
  readonly #tell: ChangeListener
  readonly #events = new FolderEvents(folder => this.#wake(folder))
  readonly #services = new Map<string, FolderContents>()
  /** Folders to look at; the directory itself stands for all. */
  readonly #due = new Set<string>()
  #wakeUp: () => void = () => undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(directory: string, tell: ChangeListener) {
    this.#directory = directory
    this.#tell = tell
    this.ready = this.#lookAtAll(() => undefined)
    this.#run().catch(() => this.close())
  }

  close(): void {
    this.#closed = true
    this.#events.close()
    this.#wake(this.#directory)
  }

  async #run(): Promise<void> {
    await this.ready
    while (!this.#closed) {
      await this.#sleep()
      if (this.#closed) return
      await delay(DIRECTORY_SETTLE_MILLISECONDS, undefined, { ref: false })
      const due = [...this.#due]
      this.#due.clear()
      if (due.includes(this.#directory)) await this.#lookAtAll(this.#tell)
      else for (const folder of due) await this.#lookAt(basename(folder), this.#tell)
    }
  }

  #wake(folder: string): void {
    this.#due.add(folder)
    this.#wakeUp()
  }

  /** Until something is due: by an event, or by the time. Does not keep the process alive. */
  async #sleep(): Promise<void> {
    if (this.#due.size > 0) return
    const seconds = this.#events.follows(this.#directory) ? DIRECTORY_RESCAN_SECONDS : DIRECTORY_RETRY_SECONDS
    await new Promise<void>(resolve => {
      this.#wakeUp = resolve
      this.#timer = setTimeout(() => this.#wake(this.#directory), seconds * 1000).unref()
    })
    clearTimeout(this.#timer)
  }

  async #lookAtAll(tell: ChangeListener): Promise<void> {
    await this.#events.follow(this.#directory)
    const services = new Set(await listServices(this.#directory).catch(() => []))
    for (const service of new Set([...this.#services.keys(), ...services])) {
      await this.#lookAt(service, tell)
      if (!services.has(service)) this.#services.delete(service)
    }
  }

  /** Follows before it reads, so that nothing falls in between. */
  async #lookAt(service: string, tell: ChangeListener): Promise<void> {
    const folder = folderOf(this.#directory, service)
    await this.#events.follow(folder)
    const before = this.#services.get(service) ?? EMPTY
    const after = await readContents(folder, MAX_WATCHED_FILES_PER_SERVICE).catch(() => EMPTY)
    this.#services.set(service, after)
    for (const kid of changedKids(before, after)) tell({ service, kid })
  }
}
