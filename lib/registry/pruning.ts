import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../clock.js'
import { MAX_REGISTRATION_FILE_SECONDS } from '../limits.js'
import { namesIn } from './folder-contents.js'
import { isTemporaryName } from './layout.js'
import { isKid } from './place.js'

/**
 * Removes from a service's own folder what was written longer ago than a registration lives, and what a crash left behind.
 * Tombstones stay. A prune that fails is made up for by the next one.
 */
export async function pruneFolder(folder: string): Promise<void> {
  const oldest = systemClock() - MAX_REGISTRATION_FILE_SECONDS
  for await (const name of namesIn(folder)) {
    if (isKid(name) || isTemporaryName(name)) await removeIfOlder(join(folder, name), oldest).catch(() => undefined)
  }
}

async function removeIfOlder(path: string, oldest: number): Promise<void> {
  const { mtimeMs } = await lstat(path)
  if (mtimeMs / 1000 < oldest) await rm(path)
}
