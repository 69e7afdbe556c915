import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Seconds that a registration lives under load; the copy renews it after one of them. */
export const REGISTRATION_SECONDS = 300

/** Three numbers of lib/limits/keys.ts that keep real services from replacing their keys every second. No option may do that. */
const REPLACEMENTS = [
  ['export const RENEWAL_SHARE = 0.5\n', `export const RENEWAL_SHARE = ${1 / REGISTRATION_SECONDS}\n`],
  ['export const RENEWAL_CHECK_SECONDS = 15\n', 'export const RENEWAL_CHECK_SECONDS = 0.5\n'],
  ['export const PUBLICATION_SETTLE_SECONDS = 10\n', 'export const PUBLICATION_SETTLE_SECONDS = 0.25\n'],
] as const

/** A copy of lib/ whose services replace their keys every second. Nothing else differs. */
export class QuickLibrary {
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-load-'))

  constructor() {
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'), 'junction')
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }')
    cpSync(join(ROOT, 'lib'), this.path, { recursive: true })
    const limits = join(this.path, 'limits', 'keys.ts')
    writeFileSync(limits, REPLACEMENTS.reduce(replaceOnce, readFileSync(limits, 'utf8')))
  }

  /** The folder of the copy's index.ts. */
  get path(): string {
    return join(this.#folder, 'lib')
  }

  /** A place for what goes with it. */
  get registry(): string {
    return join(this.#folder, 'registry')
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function replaceOnce(text: string, [find, put]: readonly [string, string]): string {
  const [before, after, ...more] = text.split(find)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`expected exactly one \`${find}\``)
  return before + put + after
}
