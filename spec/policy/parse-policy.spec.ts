import { expect } from 'chai'
import { OptionError } from '../../lib/errors/base.js'
import { PolicyInvalid } from '../../lib/errors/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'

/** The problems of a text, as `line:column: message`. */
function problems(text: string): string[] {
  try {
    parsePolicy(text)
  } catch (error) {
    if (!(error instanceof PolicyInvalid)) throw error
    expect(error.code).to.equal('ERR_POLICY_INVALID')
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)
  }
  return []
}

const rule = (keys: string) =>
  `for-each-of-the-following:\n- enforce-the-first-matching-rule:\n  - ${keys.replaceAll('\n', '\n    ')}\n`
const must = (matcher: string) => rule(`any-token: true\nmust: ${matcher}`)

const TOKEN_KEYS =
  '`have-operation`, `have-initial-token`, `have-no-initial-token`, `have-claim`, `come-from`, `come-through`, `originate-from`'

describe('parsePolicy', () => {
  it('refuses with ERR_POLICY_INVALID, and shows every problem with its line and a caret', () => {
    const text = `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - tokens-that:
      have-initial-token:
        where-issuer: { equal-to: https://login.example.com }
    must:
      have-operation: checkout
    must-be-rejected: true
`
    expect(() => parsePolicy(text, { file: 'policies/cart.yaml' }))
      .to.throw(PolicyInvalid)
      .with.property('message')
      .that.equals(`policies/cart.yaml:3:5: a rule has exactly one of \`must\` and \`must-be-rejected\`; found \`must\` and \`must-be-rejected\`
    - tokens-that:
      ^
policies/cart.yaml:5:9: unknown key \`where-issuer\`; did you mean \`where-issuer-is\`?
          where-issuer: { equal-to: https://login.example.com }
          ^
policies/cart.yaml:7:23: expected a mapping, found the string \`checkout\`; did you mean \`{ equal-to: checkout }\`?
        have-operation: checkout
                        ^`)
  })

  const cases: [title: string, text: string, ...problems: string[]][] = [
    ['an empty text', '', '1:1: the policy is empty'],
    ['a text of comments', '# nothing\n', '1:1: the policy is empty'],
    ['a list', '[]', '1:1: expected a mapping, found a list'],
    ['a word', 'policy', '1:1: expected a mapping, found the string `policy`'],
    ['another document', 'a: 1', '1:1: unknown key `a`; expected `for-each-of-the-following`'],
    ['no lists', 'for-each-of-the-following: []', '1:1: an empty list matches nothing'],
    ['lists that are missing', 'for-each-of-the-following:', '1:27: expected a list, found nothing'],
    [
      'a list without rules',
      'for-each-of-the-following: [{ name: x }]',
      '1:29: missing key `enforce-the-first-matching-rule`',
    ],
    [
      'another otherwise',
      'for-each-of-the-following: [{ otherwise: reject, enforce-the-first-matching-rule: [{ any-token: true, must-be-rejected: true }] }]',
      '1:42: expected `accept`, found the string `reject`',
    ],
    [
      'a rule without condition',
      rule('must: { have-at-most: { apps: 1 } }'),
      '3:5: a rule has exactly one of `any-token` and `tokens-that`; found none',
    ],
    [
      'a flag that is false for a condition',
      rule('any-token: false\nmust-be-rejected: true'),
      '3:5: a rule has exactly one of `any-token` and `tokens-that`; found none',
    ],
    [
      'a rule with two conditions',
      rule('any-token: true\ntokens-that: { have-at-most: { apps: 1 } }\nmust-be-rejected: true'),
      '3:5: a rule has exactly one of `any-token` and `tokens-that`; found `any-token` and `tokens-that`',
    ],
    [
      'a rule without consequence',
      rule('any-token: true'),
      '3:5: a rule has exactly one of `must` and `must-be-rejected`; found none',
    ],
    [
      'a word for a flag',
      rule('any-token: yes\nmust-be-rejected: true'),
      '3:16: expected `true` or `false`, found the string `yes`',
    ],
    ['an empty matcher', must('{}'), `4:5: a token matcher has at least one of ${TOKEN_KEYS} and \`have-at-most\``],
    [
      'an or beside nothing',
      must('{ or: { have-at-most: { apps: 1 } } }'),
      '4:5: `or` needs something beside it to be an alternative to',
    ],
    [
      'an or directly in an or',
      must('{ have-at-most: { apps: 1 }, or: { or: { have-at-most: { apps: 1 } } } }'),
      '4:40: `or` needs something beside it to be an alternative to',
    ],
    [
      'an initial token that is wanted and not wanted',
      must('{ have-no-initial-token: true, have-initial-token: { where-issuer-is: { equal-to: i } } }'),
      '4:5: `have-no-initial-token` contradicts `have-initial-token` beside it',
    ],
    ['an empty initial token matcher', must('{ have-initial-token: {} }'), '4:13: an empty matcher says nothing'],
    ['an empty value matcher', must('{ have-operation: {} }'), '4:13: an empty matcher says nothing'],
    ['claims that name none', must('{ have-claim: {} }'), '4:13: an empty matcher says nothing'],
    ['a claim that says nothing', must('{ have-claim: { a: {} } }'), '4:27: an empty matcher says nothing'],
    [
      'an empty collection matcher',
      must('{ have-claim: { a: { contains: {} } } }'),
      '4:32: an empty matcher says nothing',
    ],
    ['an empty list of values', must('{ have-operation: { one-of: [] } }'), '4:31: an empty list matches nothing'],
    ['an empty come-from', must('{ come-from: [] }'), '4:13: an empty list matches nothing'],
    ['an empty come-through', must('{ come-through: [] }'), '4:13: an empty list matches nothing'],
    [
      'a frame without selector',
      must('{ come-from: [{ via-operation: { equal-to: x } }] }'),
      '4:25: a frame has exactly one of `app-name`, `any-app` and `any-number-of-apps`; found none',
    ],
    [
      'a frame with two selectors',
      must('{ come-from: [{ any-app: true, app-name: { equal-to: x } }] }'),
      '4:25: a frame has exactly one of `app-name`, `any-app` and `any-number-of-apps`; found `app-name` and `any-app`',
    ],
    [
      'any number of apps with conditions',
      must('{ come-from: [{ any-number-of-apps: true, optional: true, via-operation: { equal-to: x } }] }'),
      '4:25: `any-number-of-apps` stands alone; found `optional` and `via-operation` beside it',
    ],
    [
      'an origin that is optional',
      must('{ originate-from: { any-app: true, optional: true } }'),
      '4:46: unknown key `optional`; expected `app-name`, `any-app`, `via-operation`, `where-claim`',
    ],
    [
      'a way through any number of apps',
      must('{ come-through: [{ any-number-of-apps: true }] }'),
      '4:30: unknown key `any-number-of-apps`; expected `app-name`, `any-app`, `via-operation`, `where-claim`',
    ],
    ['a stack of none', must('{ have-at-most: { apps: 0 } }'), '4:35: expected at least 1, found the number `0`'],
    ['half an app', must('{ have-at-most: { apps: 1.5 } }'), '4:35: expected a whole number, found the number `1.5`'],
    [
      'a value that is a list',
      must('{ have-operation: { equal-to: [a] } }'),
      '4:41: expected a string, a number, `true` or `false`, found a list',
    ],
    [
      'a value that is missing',
      must('{ have-operation: { equal-to: } }'),
      '4:41: expected a string, a number, `true` or `false`, found nothing',
    ],
    [
      'a value that is null',
      must('{ have-operation: { one-of: [null] } }'),
      '4:40: expected a string, a number, `true` or `false`, found nothing',
    ],
    [
      'a pattern that is a number',
      must('{ have-operation: { matching: 5 } }'),
      '4:41: expected a string, found the number `5`',
    ],
    ['an empty name', rule('name: ""\nany-token: true\nmust-be-rejected: true'), '3:11: an empty text says nothing'],
    [
      'a long name',
      rule(`name: ${'x'.repeat(101)}\nany-token: true\nmust-be-rejected: true`),
      '3:11: at most 100 characters',
    ],
    [
      'a key twice',
      must('{ have-at-most: { apps: 1 }, have-at-most: { apps: 2 } }'),
      '4:40: duplicate key `have-at-most`',
    ],
    [
      'a claim twice',
      must('{ have-claim: { a: { is: { equal-to: 1 } }, "a": { is: { equal-to: 2 } } } }'),
      '4:55: duplicate key `a`',
    ],
    [
      'a claim named __proto__',
      must('{ have-claim: { a: { is: { equal-to: 1 } }, __proto__: { is: { equal-to: 1 } } } }'),
      '4:55: the key `__proto__` is not allowed',
    ],
    [
      'a key that is a number',
      must('{ have-claim: { a: { is: { equal-to: 1 } }, 5: { is: { equal-to: 1 } } } }'),
      '4:55: a key must be a string, not `5`: put it in quotes',
    ],
    ['a number that is not finite', must('{ have-operation: { equal-to: .inf } }'), '4:41: a number must be finite'],
    ['a number that is too large', must('{ have-operation: { equal-to: 1e999 } }'), '4:41: a number must be finite'],
    ['no number', must('{ have-operation: { equal-to: .nan } }'), '4:41: a number must be finite'],
    [
      'an integer that cannot be compared',
      must('{ have-operation: { equal-to: 9007199254740993 } }'),
      '4:41: an integer must be at most 9007199254740991, so that it can be compared',
    ],
    [
      'a lone surrogate',
      must('{ have-operation: { equal-to: "\\ud800" } }'),
      '4:41: character not allowed in `\\u{d800}`',
    ],
    ['a NUL in quotes', must('{ have-operation: { equal-to: "a\\0" } }'), '4:41: character not allowed in `a\\u{0}`'],
    ['a NUL', 'a: \0', '1:4: character `\\u{0}` is not allowed'],
    ['half a surrogate pair', 'a: \ud800', '1:4: character `\\u{d800}` is not allowed'],
    [
      'an anchor and an alias',
      'a: &x 1\nb: *x\n',
      '1:4: anchors are not allowed: `&x`',
      '2:4: aliases are not allowed: `*x`',
    ],
    ['a tag', 'a: !!str 1\nb: ! x', '1:4: tags are not allowed: `!!str`', '2:4: tags are not allowed: `!`'],
    ['a directive', '%YAML 1.1\n---\na: 1\n', '1:1: directives are not allowed: `%YAML 1.1`'],
    ['two documents', 'a: 1\n---\nb: 1\n', '2:1: a policy is one document'],
    ['a document after the end', 'a: 1\n...\nb: 1\n', '3:1: a policy is one document'],
    ['text behind the document', '"a": 1\n]', '2:1: unexpected flow-seq-end token in YAML stream'],
    [
      'a list that does not end',
      'a: [1',
      '1:6: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a tab', '\ta: 1', '1:1: tabs are not allowed as indentation'],
    ['more than 64 KB', `# ${'ä'.repeat(32_768)}`, '1:1: a policy has at most 65536 bytes; this one has 65538'],
    ['more than 32 levels', `a: ${'['.repeat(32)}`, '1:35: nested more than 32 deep'],
    [
      'a pattern that is none',
      must('{ have-operation: { matching: "(" } }'),
      '4:41: pattern `(`: missing closing ): `(`',
    ],
    [
      'a pattern that leaves its group',
      must('{ have-operation: { matching: "a)|(b" } }'),
      '4:41: pattern `a)|(b`: unexpected ): `a)|(b`',
    ],
    [
      'a pattern that looks ahead',
      must('{ have-operation: { matching: "(?=a)a" } }'),
      '4:41: pattern `(?=a)a`: invalid or unsupported Perl syntax: `(?=`',
    ],
    [
      'a pattern that refers back',
      must('{ have-operation: { matching: "(a)\\\\1" } }'),
      '4:41: pattern `(a)\\1`: invalid escape sequence: `\\1`',
    ],
    [
      'a pattern that grows when compiled',
      must('{ have-operation: { matching: "a{999}b{999}" } }'),
      '4:41: pattern `a{999}b{999}` is too large when compiled',
    ],
    ['a long pattern', must(`{ have-operation: { matching: "${'x'.repeat(257)}" } }`), '4:41: at most 256 characters'],
  ]
  for (const [title, text, ...expected] of cases) {
    it(`refuses ${title}`, () => {
      expect(problems(text)).to.deep.equal(expected)
    })
  }

  it('refuses the 257th rule, over all lists', () => {
    const list = (rules: number) =>
      `- enforce-the-first-matching-rule:\n${'  - { any-token: true, must-be-rejected: true }\n'.repeat(rules)}`
    expect(problems(`for-each-of-the-following:\n${list(128)}${list(128)}`)).to.deep.equal([])
    expect(problems(`for-each-of-the-following:\n${list(128)}${list(129)}`)).to.deep.equal([
      '1:1: a policy has at most 256 rules; this one has 257',
    ])
    expect(problems(`for-each-of-the-following:\n${list(257)}`)).to.deep.equal(['2:3: at most 256 of these'])
  })

  it('refuses patterns that are too large together', () => {
    const patterns = Array.from({ length: 40 }, (_, index) => `c${index}: { is: { matching: "a{900}${index}" } }`)
    const found = problems(must(`{ have-claim: { ${patterns.join(', ')} } }`))
    expect(found).to.not.have.length(0)
    expect(found.at(-1)).to.match(/: the patterns of this policy are too large together$/)
  })

  it('suggests the key that was meant', () => {
    const suggestions: [wrong: string, meant: string][] = [
      ['hav-operation', 'have-operation'],
      ['have_operation', 'have-operation'],
      ['Have-Operation', 'have-operation'],
      ['have-op', 'have-operation'],
      ['comes-from', 'come-from'],
      ['have-claims', 'have-claim'],
      ['have-initial-tokens', 'have-initial-token'],
    ]
    for (const [wrong, meant] of suggestions) {
      const found = problems(must(`{ have-at-most: { apps: 1 }, ${wrong}: {} }`))
      expect(found).to.deep.equal([`4:40: unknown key \`${wrong}\`; did you mean \`${meant}\`?`])
    }
    expect(problems(must('{ have-at-most: { apps: 1 }, zzz: {} }'))).to.deep.equal([
      `4:40: unknown key \`zzz\`; expected ${TOKEN_KEYS}, \`have-at-most\`, \`or\``,
    ])
    const long = problems(must(`{ have-at-most: { apps: 1 }, ${'come-from-'.repeat(10)}: {} }`))
    expect(long[0]).to.include(`unknown key \`${'come-from-'.repeat(6)}...\`; expected`)
  })

  it('does not say that something is missing where its key is misspelled', () => {
    expect(problems(rule('token-that: { have-at-most: { apps: 1 } }\nmust-be-rejectd: true'))).to.deep.equal([
      '3:5: unknown key `token-that`; did you mean `tokens-that`?',
      '4:5: unknown key `must-be-rejectd`; did you mean `must-be-rejected`?',
    ])
  })

  it('escapes control characters, and clips long lines around the caret', () => {
    const text = `{ "\u202e\u0007\`": 1, ${'a: [], '.repeat(40)} ${'long'.repeat(40)}: 1 }`.replace('\u0007', '\\a')
    try {
      parsePolicy(text)
      expect.fail('accepted')
    } catch (error) {
      const message = (error as Error).message
      expect(message).to.include('unknown key `\\u{202e}\\u{7}\\u{60}`')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(message).to.not.match(/[\0-\x09\x0b-\x1f\u202e]/)
      for (const line of message.split('\n')) expect(line).to.have.length.below(300)
    }
  })

  it('takes JSON, a byte order mark, a document start, comments, and lines that end with CR LF', () => {
    const policy = rule('any-token: true\nmust: { have-at-most: { apps: 1 } }')
    const json =
      '{"for-each-of-the-following":[{"enforce-the-first-matching-rule":[{"any-token":true,"must-be-rejected":true}]}]}'
    for (const text of [
      json,
      `\ufeff${policy}`,
      `---\n${policy}`,
      `# one\n${policy}# two\n`,
      policy.replaceAll('\n', '\r\n'),
    ]) {
      expect(problems(text)).to.deep.equal([])
    }
  })

  it('takes every claim name but __proto__, odd ones too', () => {
    const names = ['constructor', 'a/b', 'a~b', '<<', '5', 'true', '', 'matching']
    const claims = names.map(name => `${JSON.stringify(name)}: { is: { equal-to: 1 } }`)
    expect(problems(must(`{ have-claim: { ${claims.join(', ')} } }`))).to.deep.equal([])
    expect(problems(must('{ have-claim: { "a/b~": { si: 1 } } }'))).to.deep.equal([
      '4:37: unknown key `si`; did you mean `is`?',
    ])
  })

  it('refuses arguments of a wrong type with ERR_OPTION', () => {
    const calls = [() => parsePolicy(undefined as never), () => parsePolicy('', { file: 5 as never })]
    for (const call of calls) expect(call).to.throw(OptionError).with.property('code', 'ERR_OPTION')
  })
})
