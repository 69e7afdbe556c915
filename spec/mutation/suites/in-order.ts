import { readdirSync } from 'node:fs'

const SPEC = new URL('../../', import.meta.url)

/** Loads every spec of a folder: those that find most in the least time first, since a mutant is done with at the first failure. */
export async function loadFolder(folder: string, first: readonly string[] = []): Promise<void> {
  const specs = readdirSync(new URL(`${folder}/`, SPEC))
    .filter(name => name.endsWith('.spec.js'))
    .map(name => name.slice(0, -'.spec.js'.length))
  const missing = first.filter(name => !specs.includes(name))
  if (missing.length > 0) throw new Error(`no specs ${missing.join(', ')} in ${folder}`)
  for (const name of new Set([...first, ...specs.sort()])) await loadSpec(`${folder}/${name}`)
}

/** Loads one spec, by its name in `spec`, compiled. */
export async function loadSpec(name: string): Promise<void> {
  await import(new URL(`${name}.spec.js`, SPEC).href)
}
