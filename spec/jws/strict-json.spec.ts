import { expect } from 'chai'
import fc from 'fast-check'
import { NotStrict, parseStrictJson } from '../../lib/jws/strict-json.js'

const parse = (text: string) => parseStrictJson(Buffer.from(text, 'utf8'))

/** Why a text is refused; `accepted` if it is not. Any other error than NotStrict goes on. */
function faultOf(bytes: Uint8Array | string, numbers?: 'plain-digits'): string {
  try {
    parseStrictJson(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes, numbers)
  } catch (error) {
    if (error instanceof NotStrict) return error.message
    throw error
  }
  return 'accepted'
}

const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`
const nestedLists = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

const REFUSALS: Record<string, readonly [fault: string, ...texts: string[]]> = {
  'what is no object': ['not an object', '', ' ', '[]', '"a"', '1', 'null', 'true', '[{}]'],
  'a byte order mark': ['not an object', '\ufeff{}', ' \ufeff{}'],
  'something behind the object': ['something follows the object', '{}{}', '{} x', '{}\u0000', '{},', '{}\ufeff'],
  'a duplicate member, at any depth and however it is written': [
    'a duplicate member',
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":2}',
    '{"b":{"a":1,"a":1}}',
    '{"b":[{"a":1,"a":1}]}',
    '{"":1,"":1}',
    '{"toString":1,"toString":1}',
  ],
  'a member named __proto__, at any depth and however it is written': [
    'a member named __proto__',
    '{"__proto__":1}',
    '{"__proto__":{"admin":true}}',
    '{"a":{"__proto__":null}}',
    '{"a":[{"__proto__":null}]}',
    '{"\\u005f_proto__":1}',
  ],
  'a lone surrogate, in a name or a value': [
    'a lone surrogate',
    '{"a":"\\ud800"}',
    '{"a":"\\udc00"}',
    '{"a":"\\udc00\\ud800"}',
    '{"\\ud800":1}',
    '{"a":["\\uDBFFx"]}',
  ],
  'a number that is not finite': ['a number that is not finite', '{"a":1e400}', '{"a":-1e400}', '{"a":[1e999]}'],
  'what is no JSON value': [
    'not a JSON value',
    '{"a":}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":undefined}',
    '{"a":tru}',
    '{"a":True}',
    '{"a":nul}',
    "{'a':1}".replace("{'a'", '{"a"').replace('1', "'1'"),
    '{"a":[,]}',
    '{"a":[1,]}',
    '{"a":/**/1}',
  ],
  'what is no string': [
    'not a string where one must stand',
    '{a:1}',
    '{1:1}',
    '{"a":1,}',
    '{,}',
    '{"a',
    '{"a":"',
    '{"a":"\n"}',
    '{"a":"\t"}',
    '{"a":"\u0000"}',
    '{"a":"\u001f"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":"\\u12G4"}',
    '{"a":"\\',
    '{//\n"a":1}',
  ],
  'a member without a colon': ['a member without a colon', '{"a"}', '{"a" 1}', '{"a",1}', '{"a"=1}'],
  'an object without an end': [
    'an object without an end',
    '{"a":1',
    '{"a":1]',
    '{"a":01}',
    '{"a":1 "b":2}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":0x1}',
    '{"a":true1}',
    '{"a":1}}'.slice(0, 6),
  ],
  'an array without an end': ['an array without an end', '{"a":[1', '{"a":[1}', '{"a":[1 2]}', '{"a":[[]'],
  'more depth than 8': ['deeper than 8', nested(9), nestedLists(9), nested(1000), nestedLists(100_000)],
}

describe('strict JSON', () => {
  for (const [title, [fault, ...texts]] of Object.entries(REFUSALS)) {
    it(`refuses ${title}`, () => {
      for (const text of texts) expect(faultOf(text), text.slice(0, 60)).to.equal(fault)
    })
  }

  it('refuses bytes that are no UTF-8: overlong forms, encoded surrogates, cut sequences', () => {
    for (const bytes of [[0xc0, 0xa2], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xff], [0xf5, 0x80, 0x80, 0x80], [0x80]]) {
      expect(faultOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]))).to.equal(
        'not UTF-8',
      )
    }
    expect(faultOf(Buffer.from('{"a":1}', 'utf16le'))).not.to.equal('accepted')
  })

  it('takes eight levels of depth', () => {
    expect(faultOf(nested(8))).to.equal('accepted')
    expect(faultOf(nestedLists(8))).to.equal('accepted')
  })

  it('takes white space between any two tokens, and members in any order', () => {
    const ws = ' \t\r\n'
    const text = `${ws}{${ws}"b"${ws}:${ws}[${ws}1${ws},${ws}{${ws}}${ws},${ws}[${ws}]${ws}]${ws},${ws}"a"${ws}:${ws}null${ws}}${ws}`
    expect(JSON.stringify(parse(text))).to.equal('{"b":[1,{},[]],"a":null}')
    expect(faultOf('{\u00a0}')).not.to.equal('accepted')
  })

  it('gives objects no prototype, so that no name is there before its time', () => {
    const object = parse('{"a":{"constructor":1},"hasOwnProperty":2}')
    expect(Object.getPrototypeOf(object)).to.equal(null)
    expect(Object.getPrototypeOf(object.a)).to.equal(null)
    expect('toString' in object).to.equal(false)
  })

  it('freezes everything', () => {
    const object = parse('{"a":{"b":[{"c":[]}]}}') as { a: { b: [{ c: unknown[] }] } }
    const all: readonly unknown[] = [object, object.a, object.a.b, object.a.b[0], object.a.b[0].c]
    expect(all.every(value => Object.isFrozen(value))).to.equal(true)
  })

  it('asks for plain digits at the top level only, where it is told to', () => {
    for (const number of ['1e3', '1.0', '-1', '-0', '1E3', '0.1e1']) {
      expect(faultOf(`{"iat":${number}}`, 'plain-digits'), number).to.equal(
        'a number that is not written in plain digits',
      )
      expect(faultOf(`{"claims":{"n":${number}},"list":[${number}]}`, 'plain-digits'), number).to.equal('accepted')
      expect(faultOf(`{"iat":${number}}`), number).to.equal('accepted')
    }
    for (const number of ['0', '7', '1700000000'])
      expect(faultOf(`{"iat":${number}}`, 'plain-digits')).to.equal('accepted')
  })

  it('reads a view of a larger buffer, and nothing around it', () => {
    expect(faultOf(new Uint8Array(Buffer.from('xx{}yy')).subarray(2, 4))).to.equal('accepted')
  })

  it('quotes nothing of a refused text', () => {
    for (const text of ['{"secret":1,"secret":2}', '{"a":secret}', '{"a":"secret\\ud800"}', '{"a":1}secret']) {
      expect(faultOf(text)).not.to.contain('secret')
    }
  })

  it('takes time linear in the size of the text, also of the longest strings', function () {
    this.timeout(4000)
    for (const text of [
      `{"a":"${'x'.repeat(1e6)}`,
      `{"a":"${'\\n'.repeat(1e6)}`,
      `{"a":"\\n${'x'.repeat(1e6)}"`,
      `{"a":${'1'.repeat(1e6)}`,
      `{${' '.repeat(1e6)}`,
    ]) {
      expect(faultOf(text)).not.to.equal('accepted')
    }
  })

  it('parses any JSON object to what JSON.parse makes of it', () => {
    const value = fc.jsonValue({ maxDepth: 5, noUnicodeString: false })
    const name = fc.string({ unit: 'binary' }).filter(text => text !== '__proto__' && text.isWellFormed())
    const isStrict = (text: string) => !text.includes('__proto__')
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.constantFrom(0, 2), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        fc.pre(isStrict(text))
        expect(JSON.stringify(parse(text))).to.equal(JSON.stringify(JSON.parse(text)))
      }),
      { numRuns: 1000 },
    )
  })

  it('parses any bytes or throws NotStrict, and nothing else', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '\\u',
      'd800',
      '"a"',
      '1',
      '-',
      'e',
      '.',
      'true',
      'null',
      ' ',
      '\ufeff',
      '__proto__',
    )
    const soup = fc.array(token, { maxLength: 30 }).map(tokens => Buffer.from(tokens.join('')))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          soup,
          soup.map(bytes => Buffer.concat([Buffer.from('{"a":'), bytes, Buffer.from('}')])),
        ),
        bytes => {
          // faultOf lets other errors go on. What is accepted here, JSON.parse accepts too.
          if (faultOf(bytes) === 'accepted') JSON.parse(Buffer.from(bytes).toString('utf8'))
        },
      ),
      { numRuns: 20_000 },
    )
  })
})
