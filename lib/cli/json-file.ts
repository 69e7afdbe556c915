import { readFile, stat } from 'node:fs/promises'
import { UsageError } from './command.js'

const READABLE_BY_OTHERS = 0o077

/** What a JSON file says; its shape is for whoever uses it to check. Throws UsageError, which quotes nothing of it. */
export async function readJsonFile<T>(path: string): Promise<T> {
  const text = await readText(path)
  try {
    return JSON.parse(text) as T
  } catch {
    throw new UsageError(`\`${path}\` is not JSON`)
  }
}

/** The text of a file that only its owner may read. Throws UsageError. */
export async function readSecretFile(path: string): Promise<string> {
  const text = await readText(path)
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && (mode & READABLE_BY_OTHERS) !== 0) {
    throw new UsageError(`\`${path}\` may be read by others than its owner: chmod 600 ${path}`)
  }
  return text
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new UsageError(`\`${path}\` cannot be read (${code})`)
  }
}
