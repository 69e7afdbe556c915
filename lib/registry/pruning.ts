import { lstat, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_NAMES_PER_FOLDER, MAX_REGISTRATION_FILE_SECONDS } from '../limits/registries.js'
import { firstNames } from './folder-contents.js'
import { isTemporaryName } from './layout.js'
import { isKid } from './place.js'

/**
 * Removes from a service's own folder what was written longer ago than a registration lives, and what a crash left behind.
 * Tombstones stay. The time is that of the folder's last change, by the file system's clock: a machine whose own clock is ahead
 * must not remove what lives. A prune that fails is made up for by the next one.
 */
export async function pruneFolder(folder: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(folder)
    const { names } = await firstNames(folder, MAX_NAMES_PER_FOLDER)
    const oldest = mtimeMs - MAX_REGISTRATION_FILE_SECONDS * 1000
    for (const name of names.filter(isPassing)) await removeIfOlder(join(folder, name), oldest)
  } catch {
    // Nobody waits for it.
  }
}

/** Whether a file of this name has its time, unlike a tombstone. */
function isPassing(name: string): boolean {
  return isKid(name) || isTemporaryName(name)
}

async function removeIfOlder(path: string, oldest: number): Promise<void> {
  try {
    const { mtimeMs } = await lstat(path)
    if (mtimeMs < oldest) await rm(path)
  } catch {
    // Somebody else removed it, or put there what cannot be removed.
  }
}
