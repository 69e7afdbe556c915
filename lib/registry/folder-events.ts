import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { MAX_FOLDER_EVENTS } from '../limits/registries.js'
import { isTemporaryName } from './layout.js'

interface Followed {
  readonly identity: string
  readonly watcher: FSWatcher
  /** Since the folder was last looked at. */
  events: number
}

/** Who hears of folders. */
export interface FolderListener {
  /** Something may have changed in a folder. */
  hear(folder: string): void
  /** The system has no events for a folder: a limit was reached, for example. */
  miss(cause: unknown): void
}

/**
 * The system's events of some folders, as far as it has any: a folder may be missing, or on a network, or one too many. Not
 * `fs.watch(recursive)`: on Linux that reads the tree synchronously, watches every single file, and throws where nobody can catch.
 */
export class FolderEvents {
  readonly #followed = new Map<string, Followed>()
  readonly #listener: FolderListener
  #closed = false

  constructor(listener: FolderListener) {
    this.#listener = listener
  }

  /** Follows a folder from now on; one that was replaced, the new one. For whoever is about to look at it. Whether it is there. */
  async follow(folder: string): Promise<boolean> {
    const identity = await identityOf(folder)
    const followed = this.#followed.get(folder)
    if (followed !== undefined && followed.identity === identity) {
      followed.events = 0
      return true
    }
    this.#leave(folder)
    if (identity !== undefined && !this.#closed) this.#begin(folder, identity)
    return identity !== undefined
  }

  close(): void {
    this.#closed = true
    for (const folder of this.#followed.keys()) this.#leave(folder)
  }

  #begin(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#hear(folder, name))
      watcher.on('error', () => this.#leave(folder))
      this.#followed.set(folder, { identity, watcher, events: 0 })
    } catch (cause) {
      // The re-scan finds what changes.
      this.#listener.miss(cause)
    }
  }

  /** A file that is being written will be renamed. Whoever makes many events is left alone until somebody has looked. */
  #hear(folder: string, name: string | null): void {
    const followed = this.#followed.get(folder)
    if (followed === undefined) return
    followed.events += 1
    const isStorm = followed.events >= MAX_FOLDER_EVENTS
    if (isStorm) this.#leave(folder)
    if (isStorm || name === null || !isTemporaryName(name)) this.#listener.hear(folder)
  }

  #leave(folder: string): void {
    this.#followed.get(folder)?.watcher.close()
    this.#followed.delete(folder)
  }
}

/** A folder that is made anew may get the inode of the old one, but not its birth. */
async function identityOf(folder: string): Promise<string | undefined> {
  try {
    const { ino, birthtimeMs } = await stat(folder)
    return `${ino}:${birthtimeMs}`
  } catch {
    return undefined
  }
}
