import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryName } from './layout.js'

/**
 * Puts a text into a folder under a name, all of it or nothing, over what was there: a temporary file beside it, synchronized,
 * then renamed. Readers see the old file or the new one, even after a power cut.
 */
export async function writeAtomically(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, temporaryName())
  try {
    // Exclusive: what somebody else put there, a link for example, is not written through.
    await using(await open(temporary, 'wx', 0o644), async file => {
      await file.writeFile(text)
      await file.sync()
    })
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
}

/** Makes the names in a folder last. Windows has no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using(await open(folder, 'r'), file => file.sync())
}

async function using(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file)
  } finally {
    await file.close()
  }
}
