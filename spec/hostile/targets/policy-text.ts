import { readdirSync, readFileSync } from 'node:fs'
import { type Policy, PolicyInvalid, parsePolicy } from '../../../lib/index.js'
import type { Target } from '../target.js'
import { isDocumented, show } from './receiving.js'

const FOLDER = new URL('../../../policies/', import.meta.url)
const LIMIT = 64_000
const MAX_MESSAGE_CHARACTERS = 100_000
const fill = (text: string) => text.repeat(Math.floor(LIMIT / text.length))
const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n')

/** Policy files: everything that YAML has to offer. */
export async function attackPolicyTexts(): Promise<Target> {
  const examples = readdirSync(FOLDER).filter(file => file.endsWith('.yaml') && !file.endsWith('.decisions.yaml'))
  return {
    name: 'policy',
    corpus: examples.map(file => readFileSync(new URL(file, FOLDER), 'utf8')),
    token: /[A-Za-z0-9.]+(?:-[A-Za-z0-9.]+)*|\n[ -]*|'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\.)*"|[\s\S]/g,
    dictionary: [
      ...['&a', '*a', '<<: *a', '&a [*a]', '!!js/function', '!!python/object', '!<x>', '!', '!!binary', '!!null ~'],
      ...[
        '%YAML 1.1\n---\n',
        '%TAG ! x\n',
        '---\n',
        '...\n',
        '--- |\n',
        '? ',
        '- ',
        '- - - -',
        ': ',
        '? ? ?',
        '#',
        ' #',
      ],
      ...['|', '>', '|2-', '>+9', '"', "'", '\t', '\r\n', '\r', '\ufeff', '\u2028', '\u0085', '\0', '\ud800', '\udfff'],
      ...['[', ']', '{', '}', ',', '{}', '[]', '[[[[', '{{{{', '~', 'null', 'yes', 'no', 'on', 'NaN', '.inf', '-.INF'],
      ...[
        '0x1F',
        '0o17',
        '1e999',
        '-0',
        '1_000',
        '12:30:45',
        '2001-01-01',
        '9007199254740993',
        '__proto__',
        '"__proto__"',
      ],
      ...['constructor', 'toString', 'true', 'false', 'any-token: true', 'must: {}', 'must-be-rejected: true', 'or:'],
      ...[
        'come-from:',
        'come-through:',
        'originate-from:',
        'any-number-of-apps: true',
        'optional: true',
        'where-claim:',
      ],
      ...['have-operation: { matching: "(a+)+$" }', 'matching: "(?=a)"', 'matching: "(x{999}){999}"', "matching: '['"],
      ...['equal-to: 1', 'one-of: [a, b]', 'all-of: []', 'only: [a]', 'value:', 'have-at-most: { apps: 0 }'],
      ...[
        'name: x',
        'because: "x\\u0000"',
        'otherwise: accept',
        'have-no-initial-token: true',
        '\n  ',
        '\n- ',
        '\n    ',
      ],
    ],
    bombs: [
      ...[
        '[',
        '{',
        '- ',
        '? ',
        '- - - - ',
        '? ? ? ',
        '[a: ',
        '{a: ',
        '&a ',
        '*a ',
        '! ',
        '!!a ',
        '|\n',
        '>\n',
        '"',
        "'",
      ].map(fill),
      ...[
        '---\n',
        '...\n',
        '%YAML 1.2\n',
        '#',
        '# \n',
        '\t',
        '\r\n',
        '\r',
        ' ',
        '\n',
        ',',
        ':',
        '::',
        'a: ',
        'a:\n',
      ].map(fill),
      ...[
        '<<: ',
        '*',
        '&',
        '\ufeff',
        '\u2028',
        '\0',
        '\ud800',
        '\udc00',
        'x',
        '\\',
        '`',
        '@',
        '%',
        '-',
        '?',
        '}{][',
      ].map(fill),
      `${fill('[').slice(0, LIMIT / 2)}${fill(']').slice(0, LIMIT / 2)}`,
      `${'{a: '.repeat(12_000)}1${'}'.repeat(12_000)}`,
      lines(20_000, () => 'a:'),
      lines(8000, at => `k${at}:`),
      `{${Array(20_000).fill('a').join()}}`,
      `a0: &a0 [x]\n${lines(20, at => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join()}]`)}`,
      `a: &a\n  b: *a`,
      `x: &x {a: 1}\n${lines(3000, () => '<<: *x')}`,
      lines(300, at => `${' '.repeat(at)}a:`),
      lines(300, at => `${' '.repeat(300 - at)}- a`),
      `a: |\n${lines(6000, () => '  x')}`,
      `a: "${'\\\n'.repeat(20_000)}"`,
      `a: "${'\\x00'.repeat(15_000)}"`,
      `a: ${'x '.repeat(30_000)}`,
      `a: ${'-'.repeat(60_000)}`,
      `a: ${'1'.repeat(60_000)}`,
      `a: ${'0.'.repeat(30_000)}`,
      `for-each-of-the-following:\n${lines(3000, () => '- {}')}`,
      `for-each-of-the-following:\n- enforce-the-first-matching-rule:\n${lines(2000, () => '  - any-token: true')}`,
      'x'.repeat(1_000_000),
      '[]'.repeat(1_000_000),
      '',
    ],
    milliseconds: 500,
    isLawful: isDocumented,
    attempt: async input => await show(() => parseAndAsk(input)),
    close: async () => undefined,
  }
}

/** Parses; a policy must decide, and a refusal must stay short and point into the text. */
function parseAndAsk(text: string): string {
  try {
    return decideSomething(parsePolicy(text, { file: 'policy.yaml' }))
  } catch (error) {
    if (error instanceof PolicyInvalid) checkProblems(error, text)
    throw error
  }
}

function decideSomething(policy: Policy): string {
  const frame = (service: string) => ({ service, operation: 'checkout', claims: { tenant: 'north' } })
  const initialToken = { claims: { iss: 'x', scope: 'shop.user', aud: ['cart'] } }
  const stacks = [[frame('shop')], [frame('cart'), frame('shop')]]
  const effects = stacks.map(callStack => policy.evaluate({ callStack, initialToken }).effect)
  if (!effects.every(effect => effect === 'accept' || effect === 'reject')) throw new Error('no decision')
  return effects.join()
}

function checkProblems({ problems, message }: PolicyInvalid, text: string): void {
  const rows = text.split('\n')
  const isInside = ({ line, column }: (typeof problems)[number]) =>
    line >= 1 && line <= rows.length && column >= 1 && column <= (rows[line - 1]?.length ?? 0) + 1
  if (problems.length === 0) throw new Error('refused without a problem')
  if (!problems.every(isInside)) throw new Error('a problem outside the text')
  if (message.length > MAX_MESSAGE_CHARACTERS) throw new Error('a message without end')
}
