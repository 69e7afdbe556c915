import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { MAX_REGISTRATION_CHARACTERS } from '../limits/keys.js'

// A FIFO without a writer must not hang the reader, and a link must not lead him elsewhere. (Windows has neither flag: zero.)
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

/** What stands where something else than a file was found. It is no registration. */
const NOT_A_FILE = ''

/**
 * The text of a registration's file, or undefined if there is none. A file that is too long is read a little further than
 * is allowed, and what is no regular file not at all: neither verifies.
 */
export async function readRegistrationFile(path: string): Promise<string | undefined> {
  let file: FileHandle
  try {
    file = await open(path, FLAGS)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    if (hasCode(error, 'ELOOP') || hasCode(error, 'ENXIO')) return NOT_A_FILE
    throw error
  }
  try {
    const isFile = (await file.stat()).isFile()
    return isFile ? await readBounded(file, MAX_REGISTRATION_CHARACTERS + 1) : NOT_A_FILE
  } finally {
    await file.close()
  }
}

/** Whether there is anything at a path, of whatever kind. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** Whether an error is the system's, with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

async function readBounded(file: FileHandle, bytes: number): Promise<string> {
  const buffer = Buffer.alloc(bytes)
  let length = 0
  while (length < bytes) {
    const { bytesRead } = await file.read(buffer, length, bytes - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.toString('latin1', 0, length)
}
