import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'

interface Followed {
  readonly identity: string
  readonly watcher: FSWatcher
}

/**
 * The system's events of some folders, as far as it has any: a folder may be missing, or on a network, or one too many. Not
 * `fs.watch(recursive)`: on Linux that reads the tree synchronously, watches every single file, and throws where nobody can catch.
 */
export class FolderEvents {
  readonly #followed = new Map<string, Followed>()
  readonly #tell: (folder: string) => void
  #closed = false

  constructor(tell: (folder: string) => void) {
    this.#tell = tell
  }

  /** Follows a folder from now on; one that was replaced, the new one. */
  async follow(folder: string): Promise<void> {
    const identity = await identityOf(folder)
    if (identity === this.#followed.get(folder)?.identity) return
    this.leave(folder)
    if (identity === undefined || this.#closed) return
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#tell(folder))
      watcher.on('error', () => this.leave(folder))
      this.#followed.set(folder, { identity, watcher })
    } catch {
      // No events: the re-scan finds what changes.
    }
  }

  follows(folder: string): boolean {
    return this.#followed.has(folder)
  }

  leave(folder: string): void {
    this.#followed.get(folder)?.watcher.close()
    this.#followed.delete(folder)
  }

  close(): void {
    this.#closed = true
    for (const folder of this.#followed.keys()) this.leave(folder)
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
