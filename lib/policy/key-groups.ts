// The rules of the language about keys that stand beside each other, as the schema names them.

interface KeyGroup {
  /** Whether something of the group must be there. */
  readonly needed?: boolean
  readonly keys: readonly string[]
  /** What is wrong, given those keys of the group that are there. */
  readonly problem: (found: readonly string[]) => string | undefined
}

const MATCHERS = [
  'have-operation',
  'have-initial-token',
  'have-no-initial-token',
  'have-claim',
  'come-from',
  'come-through',
  'originate-from',
  'have-at-most',
]

const KEY_GROUPS: ReadonlyMap<string, KeyGroup> = new Map([
  ['one condition', exactlyOne('a rule', ['any-token', 'tokens-that'])],
  ['one consequence', exactlyOne('a rule', ['must', 'must-be-rejected'])],
  ['one selector', exactlyOne('a frame', ['app-name', 'any-app', 'any-number-of-apps'])],
  ['one of two selectors', exactlyOne('a frame', ['app-name', 'any-app'])],
  ['something beside or', { needed: true, keys: [...MATCHERS, 'or'], problem: besideOr }],
  [
    'any number alone',
    {
      keys: ['optional', 'via-operation', 'where-claim'],
      problem: found => `\`any-number-of-apps\` stands alone; found ${list(found)} beside it`,
    },
  ],
  [
    'with or without initial token',
    { keys: [], problem: () => '`have-no-initial-token` contradicts `have-initial-token` beside it' },
  ],
])

/** Whether a keyword of the schema is about keys beside each other. */
export function isGroupKeyword(keyword: string): boolean {
  return keyword === 'oneOf' || keyword === 'anyOf' || keyword === 'not'
}

/**
 * What is wrong with the keys of a mapping, in words; nothing where a misspelled key, or one of a wrong type, says it
 * already.
 */
export function groupProblem(title: string | undefined, mapping: unknown, misspelled: boolean): string | undefined {
  const group = KEY_GROUPS.get(title ?? '')
  if (group === undefined) return 'these keys do not go together'
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) return undefined
  const found = group.keys.filter(key => Reflect.get(mapping, key) !== undefined && Reflect.get(mapping, key) !== false)
  const missing = group.needed === true && found.length === 0
  return missing && misspelled ? undefined : group.problem(found)
}

function exactlyOne(place: string, keys: readonly string[]): KeyGroup {
  const needs = `${place} has exactly one of ${list(keys)}`
  return {
    needed: true,
    keys,
    problem: found => {
      if (found.length === 1) return undefined
      return found.length === 0 ? `${needs}; found none` : `${needs}; found ${list(found)}`
    },
  }
}

function besideOr(found: readonly string[]): string | undefined {
  if (found.includes('or') && found.length === 1) return '`or` needs something beside it to be an alternative to'
  return found.length === 0 ? `a token matcher has at least one of ${list(MATCHERS)}` : undefined
}

function list(keys: readonly string[]): string {
  const names = keys.map(key => `\`${key}\``)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
