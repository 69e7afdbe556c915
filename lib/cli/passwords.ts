import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { UsageError } from './command.js'
import { readSecretFile } from './json-file.js'

const PASSWORD_BYTES = 32

/** The passwords of services, by their names, from a file that only its owner may read. */
export async function readPasswords(path: string): Promise<Readonly<Record<string, string>>> {
  return parse(path, await readSecretFile(path))
}

/** Makes a password for each service and keeps them in a new file, which only its owner may read. */
export async function makePasswords(
  path: string,
  services: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const made = services.map(service => [service, randomBytes(PASSWORD_BYTES).toString('base64url')] as const)
  const passwords = Object.fromEntries(made)
  try {
    await writeFile(path, `${JSON.stringify(passwords, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new UsageError(`\`${path}\` cannot be made (${code}): --new-passwords wants a file that is not there yet`)
  }
  return passwords
}

function parse(path: string, text: string): Readonly<Record<string, string>> {
  const shape = `\`${path}\` must be a JSON object of passwords by service, such as {"cart":"..."}`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(shape)
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !Object.values(value as object).every(password => typeof password === 'string')) {
    throw new UsageError(shape)
  }
  return value as Readonly<Record<string, string>>
}
