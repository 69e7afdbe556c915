import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { hintAmong } from '../nearest-name.js'
import { UsageError } from './command.js'

type Members = Readonly<Record<string, unknown>>

const MAX_CHARACTERS = 1_048_576

/** A mapping in a configuration file, read member by member. Whatever is wrong is a UsageError that names the file and the key, and quotes no value. */
export class ConfigurationSection {
  readonly #file: string
  readonly #path: string
  readonly #members: Members
  readonly #asked = new Set<string>()

  private constructor(file: string, path: string, members: Members) {
    this.#file = file
    this.#path = path
    this.#members = members
  }

  /** The whole file: YAML without aliases and tags, every key once. */
  static parse(file: string, text: string): ConfigurationSection {
    if (text.length > MAX_CHARACTERS) throw new UsageError(`\`${file}\` has more than ${MAX_CHARACTERS} characters`)
    const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: true, prettyErrors: false })
    const [problem] = [...document.errors, ...document.warnings]
    if (problem !== undefined) {
      const line = text.slice(0, problem.pos[0]).split('\n').length
      throw new UsageError(`${file}:${line}: ${problem.code.toLowerCase().replaceAll('_', ' ')}`)
    }
    return new ConfigurationSection(file, '', toMembers(file, withoutAliases(file, document)))
  }

  has(name: string): boolean {
    this.#asked.add(name)
    return this.#members[name] !== undefined
  }

  text(name: string): string {
    const value = this.#get(name)
    if (typeof value !== 'string' || value === '') throw this.#wrong(name, 'a text')
    return value
  }

  textIf(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined
  }

  integer(name: string): number {
    const value = this.#get(name)
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#wrong(name, 'an integer')
    return value
  }

  integerIf(name: string): number | undefined {
    return this.has(name) ? this.integer(name) : undefined
  }

  flagIf(name: string): boolean | undefined {
    if (!this.has(name)) return undefined
    const value = this.#get(name)
    if (typeof value !== 'boolean') throw this.#wrong(name, '`true` or `false`')
    return value
  }

  texts(name: string): readonly string[] {
    const value = this.#get(name)
    if (!Array.isArray(value) || !value.every(isText)) throw this.#wrong(name, 'a list of texts')
    return value
  }

  textsIf(name: string): readonly string[] | undefined {
    return this.has(name) ? this.texts(name) : undefined
  }

  /** A mapping of names, which are the user's own, to texts. */
  map(name: string): Readonly<Record<string, string>> {
    const value = this.#get(name)
    if (!isMembers(value) || !Object.values(value).every(isText)) throw this.#wrong(name, 'a mapping to texts')
    return value as Readonly<Record<string, string>>
  }

  mapIf(name: string): Readonly<Record<string, string>> | undefined {
    return this.has(name) ? this.map(name) : undefined
  }

  section(name: string): ConfigurationSection {
    const value = this.#get(name)
    if (!isMembers(value)) throw this.#wrong(name, 'a mapping')
    return new ConfigurationSection(this.#file, this.#pathOf(name), value)
  }

  sectionIf(name: string): ConfigurationSection | undefined {
    return this.has(name) ? this.section(name) : undefined
  }

  /** The path of a file that is named here: beside the configuration, not beside whoever starts the program. */
  fileAt(name: string): string {
    return this.resolve(this.text(name))
  }

  resolve(path: string): string {
    return resolve(dirname(this.#file), path)
  }

  /** Refuses every member that nobody asked for. */
  end(): void {
    for (const name of Object.keys(this.#members)) {
      if (this.#asked.has(name)) continue
      const hint = hintAmong(name, [...this.#asked])
      throw new UsageError(`${this.#file}: unknown key \`${this.#pathOf(name)}\`; ${hint}`)
    }
  }

  #get(name: string): unknown {
    if (!this.has(name)) throw new UsageError(`${this.#file}: \`${this.#pathOf(name)}\` is missing`)
    return this.#members[name]
  }

  #wrong(name: string, expected: string): UsageError {
    return new UsageError(`${this.#file}: \`${this.#pathOf(name)}\` must be ${expected}`)
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`
  }
}

function withoutAliases(file: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    throw new UsageError(`${file}: aliases are not allowed`)
  }
}

function toMembers(file: string, value: unknown): Members {
  if (isMembers(value)) return value
  throw new UsageError(`${file}: expected a mapping`)
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
