import { parseArgs } from 'node:util'
import { nearestName } from '../nearest-name.js'
import { UsageError } from './command.js'

/** The options of a command, each a flag or with a value. */
export type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>

/** What was said of each option. */
export type Values<T extends Options> = {
  readonly [Name in keyof T]?: (T[Name]['type'] extends 'boolean' ? boolean : string) | undefined
}

/** What stands behind a command. */
export interface Arguments<T extends Options> {
  readonly values: Values<T>
  /** What is no option. */
  readonly positionals: readonly string[]
}

/** Options, and what stands beside them, of which a command wants so many. Throws UsageError. */
export function readArguments<const T extends Options>(
  words: readonly string[],
  options: T,
  places: readonly [least: number, most: number] = [0, 0],
): Arguments<T> {
  const { values, positionals } = parse(words, options)
  const [least, most] = places
  if (positionals.length < least) throw new UsageError('an argument is missing')
  if (positionals.length > most) throw new UsageError(`unexpected argument \`${positionals[most]}\``)
  return { values: values as Values<T>, positionals }
}

function parse(words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: withKidsApart(words), options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(misunderstanding(error, Object.keys(options)))
  }
}

// One thumbprint in 64 begins like an option. No option is that long.
const KID_LIKE_AN_OPTION = /^-[A-Za-z0-9_-]{42}$/

/** Kids stand last, where none is taken for an option. */
function withKidsApart(words: readonly string[]): string[] {
  const kids = words.includes('--') ? [] : words.filter(word => KID_LIKE_AN_OPTION.test(word))
  return kids.length === 0 ? [...words] : [...words.filter(word => !kids.includes(word)), '--', ...kids]
}

/** What Node says of it has hints for programmers, not for who types. */
function misunderstanding(error: unknown, names: readonly string[]): string {
  const message = error instanceof Error ? error.message : ''
  const option = /'(-[^' <]*)/.exec(message)?.[1] ?? ''
  if (!message.startsWith('Unknown option')) {
    return message.includes('argument missing') || message.includes('ambiguous')
      ? `\`${option.split(',').at(-1)?.trim()}\` needs a value`
      : `\`${option}\` takes no value`
  }
  const nearest = nearestName(option.replace(/^-+/, ''), names)
  const hint =
    nearest === undefined ? `there are ${names.map(name => `--${name}`).join(', ')}` : `did you mean \`--${nearest}\`?`
  return `unknown option \`${option}\`; ${hint}`
}
