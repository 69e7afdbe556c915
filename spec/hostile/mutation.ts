import type { Random } from '../model/random.js'
import type { Target } from './target.js'

/** Characters that parsers trip over. U+DC80 stands for a byte that is no UTF-8. */
const NASTY = [
  ...'\0\t\n\v\f\r "\'`\\%&*!|>{}[]()<>,:;=?#@~.-_+$^',
  ...'\x7f\u0085\u00a0\u00ad\u00ff\u0131\u017f\u200b\u200d\u2028\u202e\u2029\u212a\u3000\ufeff\uff0e\uffff',
  '\ud800',
  '\udc00',
  '\udc80',
  '\u{1f600}',
  '\u{e0001}',
  '\r\n',
  '..',
  '~~',
]
const MAX_STEPS = 4
const MAX_TOKENS = 20_000
const MAX_REPETITIONS = 256

type Step = (tokens: string[], at: number, material: Material) => void

interface Material {
  readonly random: Random
  readonly dictionary: readonly string[]
  readonly other: readonly string[]
}

const STEPS: readonly (readonly [weight: number, step: Step])[] = [
  [12, replaceByKin],
  [3, (tokens, at) => tokens.splice(at, 1)],
  [3, (tokens, at, { random, dictionary }) => tokens.splice(at, 1, random.pick(dictionary))],
  [3, (tokens, at, { random, dictionary }) => tokens.splice(at, 0, random.pick(dictionary))],
  [3, (tokens, at, { random, other }) => tokens.splice(at, random.below(2), ...sliceOf(other, random))],
  [2, (tokens, at, { random }) => tokens.splice(at, 0, random.pick(NASTY))],
  [2, (tokens, at, { random }) => tokens.splice(at, 1, scratch(tokens[at] ?? '', random))],
  [1, (tokens, at) => tokens.splice(at, 0, tokens[at] ?? '')],
  [1, (tokens, at, { random }) => tokens.splice(at, 0, ...sliceOf(tokens, random))],
  [1, swap],
  [1, (tokens, at) => tokens.splice(at)],
  [1, (tokens, at, { random }) => tokens.splice(at, 1, (tokens[at] ?? '').repeat(random.between(2, MAX_REPETITIONS)))],
  [1, (tokens, at, { random }) => tokens.splice(at, random.between(1, 8))],
]

/** Another input, made of one of the corpus by some steps on its tokens. */
export function mutate(corpus: readonly string[], target: Target, random: Random): string {
  const { token, dictionary } = target
  // What was kept is often hurt already: every other time it is one of those that the target began with.
  const tokens = tokensOf(random.pick(random.chance(0.5) ? target.corpus : corpus), token)
  const other = tokensOf(random.pick(corpus), token)
  for (let steps = random.chance(0.5) ? 1 : random.between(2, MAX_STEPS); steps > 0; steps -= 1) {
    random.weigh(STEPS)(tokens, random.below(tokens.length + 1), { random, dictionary, other })
    if (tokens.length > MAX_TOKENS) tokens.length = MAX_TOKENS
  }
  return tokens.join('')
}

function tokensOf(input: string, token: RegExp): string[] {
  return input.match(token)?.slice(0, MAX_TOKENS) ?? []
}

function sliceOf(tokens: readonly string[], random: Random): string[] {
  const from = random.below(tokens.length + 1)
  return tokens.slice(from, from + random.between(1, 16))
}

/** Another string in place of a string, a number in place of a number, a word in place of a word. */
function replaceByKin(tokens: string[], at: number, { random, dictionary, other }: Material): void {
  const kind = kindOf(tokens[at] ?? '')
  const kin = [...dictionary, ...other].filter(token => kindOf(token) === kind)
  if (kin.length > 0) tokens.splice(at, 1, random.pick(kin))
}

function kindOf(token: string): string {
  const [first = ''] = token
  if (/[0-9-]/.test(first)) return 'number'
  if (/[A-Za-z]/.test(first)) return 'word'
  return /["']/.test(first) ? 'string' : token
}

function swap(tokens: string[], at: number, { random }: Material): void {
  const to = random.below(tokens.length + 1)
  const [one, other] = [tokens[at], tokens[to]]
  if (one === undefined || other === undefined) return
  tokens[at] = other
  tokens[to] = one
}

/** The token with one character changed: another case, the next one, none, or a nasty one. */
function scratch(token: string, random: Random): string {
  const at = random.below(token.length + 1)
  const character = token[at] ?? ''
  const upper = character.toUpperCase()
  const next = character === '' ? '' : String.fromCharCode((character.charCodeAt(0) + 1) & 0xffff)
  const instead = random.pick([character === upper ? character.toLowerCase() : upper, next, '', random.pick(NASTY)])
  return token.slice(0, at) + instead + token.slice(at + 1)
}
