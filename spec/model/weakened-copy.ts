import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Library } from './subject.js'
import type { Replacement } from './weakness.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A folder of copies of lib/, each with checks taken out of its text. lib/ itself is only read. */
export class CopyRoom {
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-weakened-'))
  #copies = 0

  constructor() {
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'), 'junction')
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }')
  }

  /** Copies lib/, changes it, and loads the copy. Throws where a text is not found exactly once. */
  async load(replacements: readonly Replacement[]): Promise<Library> {
    this.#copies += 1
    const copy = join(this.#folder, String(this.#copies))
    mkdirSync(copy)
    cpSync(join(ROOT, 'lib'), copy, { recursive: true })
    for (const replacement of replacements) replaceOnce(copy, replacement)
    return (await import(pathToFileURL(join(copy, 'index.ts')).href)) as Library
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function replaceOnce(copy: string, { file, find, put }: Replacement): void {
  const path = join(copy, file)
  const [before, after, ...more] = readFileSync(path, 'utf8').split(find)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file}: expected exactly one \`${find}\``)
  }
  writeFileSync(path, before + put + after)
}
