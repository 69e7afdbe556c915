import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One source file of lib/, and what it imports. */
export interface Source {
  /** Path below lib/, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Paths below lib/ of the project's own files that it imports. */
  readonly imports: readonly string[]
  /** Packages and node modules that it imports. */
  readonly packages: readonly string[]
}

const IMPORT = /\b(?:from|import)\s*\(?\s*'([^']+)'/g

/** Every source file of lib/. */
export function readSources(): readonly Source[] {
  const lib = join(root, 'lib')
  return readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => {
      const text = readFileSync(join(lib, path), 'utf8')
      const specifiers = [...text.matchAll(IMPORT)].map(match => match[1] ?? '')
      const own = specifiers.filter(specifier => specifier.startsWith('.'))
      return {
        path: path.replaceAll('\\', '/'),
        text,
        imports: own.map(specifier => relative(lib, resolve(lib, dirname(path), specifier)).replace(/\.js$/, '.ts')),
        packages: specifiers.filter(specifier => !specifier.startsWith('.')),
      }
    })
}
