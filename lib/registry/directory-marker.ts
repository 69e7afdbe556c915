import { writeFile } from 'node:fs/promises'
import { markerPath } from './layout.js'
import { exists } from './registration-file.js'

const TEXT =
  'A registry of countersign. Without this file its services take the directory for a mount that is missing.\n'

/** The code of the error for a directory that is no longer marked: operators read it behind ERR_REGISTRY_UNAVAILABLE. */
const MARKER_MISSING = 'MARKER_MISSING'

/**
 * The file that marks a directory as a registry's. A mount that is missing leaves an empty directory in its place, which looks
 * like a registry without keys; whoever has seen the mark once knows better. Directories of others, older ones for
 * example, which may not be marked by the services, do without until somebody marks them.
 */
export class DirectoryMarker {
  readonly #directory: string
  #wasSeen = false

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Marks a directory that this process has not seen marked, if it may. */
  async put(): Promise<void> {
    if (this.#wasSeen) return
    // Exclusive: a link is not written through.
    await writeFile(markerPath(this.#directory), TEXT, { flag: 'wx' }).catch(() => undefined)
    await this.check()
  }

  /** Throws if the mark was seen before and is missing. Whether it is there. */
  async check(): Promise<boolean> {
    const isSeen = await exists(markerPath(this.#directory))
    if (this.#wasSeen && !isSeen) {
      const message = 'the directory of the registry has lost its file `.countersign`: is it mounted?'
      throw Object.assign(new Error(message), { code: MARKER_MISSING })
    }
    this.#wasSeen = isSeen
    return isSeen
  }
}
