import fc from 'fast-check'

/** Choices of whoever writes a document by hand. None of them changes what it says. */
export interface Style {
  /** Draws a number below a bound. */
  readonly draw: (bound: number) => number
}

/** Styles that draw from the same list in turn. */
export const styles: fc.Arbitrary<Style> = fc.array(fc.nat(1000), { minLength: 50, maxLength: 50 }).map(numbers => {
  let at = 0
  const draw = (bound: number) => {
    at += 1
    return (numbers[at % numbers.length] ?? 0) % bound
  }
  return { draw }
})

const COMMENTS = ['', '', ' # a comment', ' # { not: [a, value] }', " # 'quoted"]
const LINES = ['', '', '\n', '# - comment: on a line\n', '   \n#\n']
const WORDS: readonly string[] = ['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n', 'nan', 'inf']

/** A document of plain data in YAML: block or flow, quoted in some way, keys in some order, with comments between. */
export function writeYaml(value: unknown, style: Style): string {
  return `${pick(LINES, style)}${block(value, '', style).replace(/^\n/, '')}\n${pick(LINES, style)}`
}

function block(value: unknown, indent: string, style: Style): string {
  if (!isCollection(value) || isEmpty(value) || style.draw(4) === 0)
    return ` ${flow(value, style)}${pick(COMMENTS, style)}`
  const deeper = `${indent}${' '.repeat(1 + style.draw(3))}`
  const items = Array.isArray(value)
    ? value.map(item => `-${block(item, deeper, style)}`)
    : entriesOf(value, style).map(([key, item]) => `${scalar(key, style)}:${block(item, deeper, style)}`)
  // What stands in a list begins on the line behind the dash or on the next one: always the next.
  return `${pick(COMMENTS, style)}\n${items.map(item => `${noise(style)}${indent}${item}`).join('\n')}`
}

function flow(value: unknown, style: Style): string {
  if (!isCollection(value)) return scalar(value, style)
  const space = pick(['', ' ', '  '], style)
  if (Array.isArray(value)) return `[${space}${value.map(item => flow(item, style)).join(`${space}, `)}${space}]`
  const members = entriesOf(value, style).map(([key, item]) => `${scalar(key, style)}: ${flow(item, style)}`)
  return `{${space}${members.join(`${space}, `)}${space}}`
}

function scalar(value: unknown, style: Style): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const isPlain = /^[a-z][a-z-]*$/.test(value) && !WORDS.includes(value)
  const isSingle = /^[ -~]*$/.test(value)
  const choice = style.draw(3)
  if (choice === 0 && isPlain) return value
  return choice <= 1 && isSingle ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}

/** Lines of nothing and of comments are allowed between any two. */
function noise(style: Style): string {
  return pick(LINES, style)
}

function entriesOf(value: object, style: Style): [string, unknown][] {
  const entries = Object.entries(value)
  const turn = style.draw(entries.length || 1)
  const turned = [...entries.slice(turn), ...entries.slice(0, turn)]
  return style.draw(2) === 0 ? turned : turned.reverse()
}

function pick(choices: readonly string[], { draw }: Style): string {
  return choices[draw(choices.length)] ?? ''
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}
