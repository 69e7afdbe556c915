import type { Dir } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
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

/** The services that have, or could have, a folder in a registry's directory. */
export async function listServices(directory: string): Promise<readonly string[]> {
  const services: string[] = []
  for await (const name of namesIn(directory)) {
    if (isServiceName(name)) services.push(name)
  }
  return services.sort()
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

/** A folder's files that speak of keys, by name, each with a stamp that differs whenever the file does. */
export type FolderContents = ReadonlyMap<string, string>

/** Looks at a folder's files, at most so many; whoever fills his folder beyond that has no more of it looked at. */
export async function readContents(folder: string, most: number): Promise<FolderContents> {
  const contents = new Map<string, string>()
  for await (const name of namesIn(folder)) {
    if (contents.size === most) break
    if (kidOf(name) !== undefined) contents.set(name, await stampOf(join(folder, name)))
  }
  return contents
}

/** The keys of whose files one look differs from another. */
export function changedKids(before: FolderContents, after: FolderContents): ReadonlySet<string> {
  const kids = new Set<string>()
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const kid = kidOf(name)
    if (kid !== undefined && before.get(name) !== after.get(name)) kids.add(kid)
  }
  return kids
}

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, ctimeMs } = await lstat(path)
    return `${ino}:${size}:${ctimeMs}`
  } catch {
    return 'gone'
  }
}
