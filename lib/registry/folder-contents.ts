import type { Dir } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { FILES_AT_A_TIME, MAX_NAMES_PER_DIRECTORY, MAX_NAMES_PER_FOLDER } from '../limits/registries.js'
import { isServiceName } from '../model/names.js'
import { kidOf } from './layout.js'
import { hasCode } from './registration-file.js'

/** The names in a folder, one by one; none if it is missing or no folder. */
export async function* namesIn(folder: string): AsyncGenerator<string> {
  let entries: Dir
  try {
    entries = await opendir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return
    throw error
  }
  for await (const { name } of entries) yield name
}

/** Some of a folder's names. */
export interface SomeNames {
  readonly names: readonly string[]
  /** Whether there are more, which were not read. */
  readonly more: boolean
}

/** The first names in a folder, at most so many of any kind: whoever fills his folder must not keep others busy. */
export async function firstNames(folder: string, most: number): Promise<SomeNames> {
  const names: string[] = []
  for await (const name of namesIn(folder)) {
    if (names.length === most) return { names, more: true }
    names.push(name)
  }
  return { names, more: false }
}

/** The services that have, or could have, a folder in a registry's directory. */
export async function listServices(directory: string): Promise<readonly string[]> {
  const services: string[] = []
  for await (const name of namesIn(directory)) {
    if (isServiceName(name)) services.push(name)
  }
  return services.sort()
}

/** The same for a watch, which reads so many names and no more. */
export async function firstServices(directory: string): Promise<SomeNames> {
  const { names, more } = await firstNames(directory, MAX_NAMES_PER_DIRECTORY)
  return { names: names.filter(isServiceName), more }
}

/** The keys of which a service's folder has a registration or a tombstone. */
export async function listKids(folder: string): Promise<readonly string[]> {
  const kids = new Set<string>()
  for await (const name of namesIn(folder)) {
    const kid = kidOf(name)
    if (kid !== undefined) kids.add(kid)
  }
  return [...kids].sort()
}

/** What one look at a service's folder shows. */
export interface FolderContents {
  /** The files that speak of keys, by name, each with a stamp that differs whenever the file does. */
  readonly stamps: ReadonlyMap<string, string>
  /** Whether there are more names than are read. */
  readonly more: boolean
}

/** Looks at a service's folder. */
export async function readContents(folder: string): Promise<FolderContents> {
  const { names, more } = await firstNames(folder, MAX_NAMES_PER_FOLDER)
  const files = names.filter(name => kidOf(name) !== undefined)
  const stamps = new Map<string, string>()
  for (let start = 0; start < files.length; start += FILES_AT_A_TIME) {
    const some = files.slice(start, start + FILES_AT_A_TIME)
    const found = await Promise.all(some.map(name => stampOf(join(folder, name))))
    for (const [index, name] of some.entries()) stamps.set(name, found[index] ?? GONE)
  }
  return { stamps, more }
}

/** The keys of whose files one look differs from another. */
export function changedKids(before: FolderContents['stamps'], after: FolderContents['stamps']): ReadonlySet<string> {
  const kids = new Set<string>()
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const kid = kidOf(name)
    if (kid !== undefined && before.get(name) !== after.get(name)) kids.add(kid)
  }
  return kids
}

const GONE = 'gone'

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, ctimeMs } = await lstat(path)
    return `${ino}:${size}:${ctimeMs}`
  } catch {
    return GONE
  }
}
