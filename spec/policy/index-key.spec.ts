import { expect } from 'chai'
import { parseDocument } from 'yaml'
import type { Call } from '../../lib/policy/call.js'
import { readCall } from '../../lib/policy/call.js'
import { type IndexKey, indexKeys } from '../../lib/policy/index-key.js'
import { frame } from './verdict.js'

/** What a condition is found by: its place, then the values, beginnings (`web...`), endings and parts (`...web...`) one of which must stand there. */
function keysOf(tokenMatcher: string): string[] {
  const keys = indexKeys(parseDocument(tokenMatcher).toJS())
  return keys.map(({ place, values, beginnings, endings, parts }: IndexKey) => {
    const [begins, ends] = [beginnings.map(text => `${text}...`), endings.map(text => `...${text}`)]
    const needs = [
      ...values.map(value => JSON.stringify(value)),
      ...begins,
      ...ends,
      ...parts.map(text => `...${text}...`),
    ]
    return `${place.name}: ${needs.join(' ')}`
  })
}

describe('what a rule is found by', () => {
  const found: Readonly<Record<string, readonly string[]>> = {
    '{ have-operation: { equal-to: read } }': ['operation: "read"'],
    '{ have-operation: { one-of: [read, write] } }': ['operation: "read" "write"'],
    '{ have-operation: { matching: "cart:.*" } }': ['operation: cart:...'],
    '{ have-operation: { matching: ".*" } }': [],
    '{ have-operation: { matching: ".*:read" } }': ['operation: ...:read'],
    '{ have-operation: { matching: ".*:read:.*" } }': ['operation: ...:read:...'],
    '{ have-operation: { matching: "a.*:read:.*b" } }': [
      'operation: a...',
      'operation: ...b',
      'operation: ...:read:...',
    ],
    '{ have-operation: { matching: ".*r.*" }, or: { have-operation: { matching: ".*w.*" } } }': [
      'operation: ...r... ...w...',
    ],
    '{ have-operation: { matching: "cart:.*:read" } }': ['operation: cart:...', 'operation: ...:read'],
    '{ have-operation: { matching: "read" } }': ['operation: read...'],
    '{ have-operation: {} }': [],
    '{ have-claim: { a: { is: { equal-to: 0 } }, b: { contains: { value: x } } } }': ['claim a: 0', 'claim b: "x"'],
    '{ have-claim: { a: { is: { equal-to: x }, contains: { value: y } } } }': ['claim a: "x"', 'claim a: "y"'],
    '{ have-claim: { a: { contains: { one-of: [x, y] } } } }': ['claim a: "x" "y"'],
    '{ have-claim: { a: { contains: { all-of: [x, y] } } } }': ['claim a: "x"'],
    '{ have-claim: { a: { contains: { only: [x, y] } } } }': ['claim a: "x"'],
    '{ have-claim: { a: { contains: { value: v, one-of: [x], all-of: [y], only: [z] } } } }': ['claim a: "v"'],
    '{ have-claim: { a: { contains: { one-of: [x], all-of: [y, z] } } } }': ['claim a: "y"'],
    '{ have-claim: { a: { contains: { all-of: [y], only: [z] } } } }': ['claim a: "y"'],
    '{ have-claim: { a: {} } }': [],
    '{ have-initial-token: { where-issuer-is: { equal-to: https://a } } }': ['initial claim iss: "https://a"'],
    '{ have-initial-token: { where-scope-contains: { value: s } } }': ['scope: "s"'],
    '{ have-initial-token: { where-audience-contains: { one-of: [a, b] } } }': ['audience: "a" "b"'],
    '{ have-initial-token: { where-claim: { c: { is: { equal-to: true } } } } }': ['initial claim c: true'],
    '{ have-initial-token: {} }': [],
    '{ originate-from: { app-name: { equal-to: shop } } }': ['origin: "shop"'],
    '{ originate-from: { any-app: true } }': [],
    '{ come-through: [{ app-name: { equal-to: a } }, { any-app: true }, { app-name: { matching: b.* } }] }': [
      'services: "a"',
      'services: b...',
    ],
    '{ come-from: [{ app-name: { equal-to: a } }] }': ['direct caller: "a"'],
    '{ come-from: [{ app-name: { equal-to: a } }, { app-name: { equal-to: b } }, { app-name: { equal-to: c } }] }': [
      'direct caller: "a"',
      'services: "b"',
      'origin: "c"',
    ],
    '{ come-from: [{ any-number-of-apps: true }, { app-name: { equal-to: c } }] }': ['origin: "c"'],
    '{ come-from: [{ app-name: { equal-to: a }, optional: true }, { any-app: true }] }': [],
    '{ have-no-initial-token: true, have-at-most: { apps: 2 } }': [],
  }
  for (const [condition, keys] of Object.entries(found)) {
    it(`${keys.join(', ') || 'nothing'}: ${condition}`, () => {
      expect(keysOf(condition)).to.deep.equal(keys)
    })
  }

  it('is everything that it needs, in the order of the places', () => {
    const condition = `{ originate-from: { app-name: { equal-to: o } }, have-claim: { c: { is: { equal-to: 1 } } },
      have-initial-token: { where-scope-contains: { value: s }, where-issuer-is: { equal-to: i } },
      have-operation: { equal-to: r } }`
    expect(keysOf(condition)).to.deep.equal([
      'operation: "r"',
      'claim c: 1',
      'initial claim iss: "i"',
      'scope: "s"',
      'origin: "o"',
    ])
  })

  it('is of an alternative what both need at the same place, and nothing else', () => {
    const or = (own: string, other: string) => keysOf(`{ ${own}, or: { ${other} } }`)
    const [read, write] = ['have-operation: { equal-to: read }', 'have-operation: { equal-to: write }']
    const origin = 'originate-from: { app-name: { equal-to: shop } }'
    expect(or(read, write)).to.deep.equal(['operation: "read" "write"'])
    expect(or(read, 'have-operation: { matching: web.* }')).to.deep.equal(['operation: "read" web...'])
    expect(or('have-operation: { matching: .*:b }', 'have-operation: { matching: a:.* }')).to.deep.equal([
      'operation: a:... ...:b',
    ])
    expect(or('have-operation: { matching: web.* }', read)).to.deep.equal(['operation: "read" web...'])
    expect(or(`${read}, ${origin}`, write)).to.deep.equal(['operation: "read" "write"'])
    expect(or(read, `${write}, ${origin}`)).to.deep.equal(['operation: "read" "write"'])
    expect(or(read, origin)).to.deep.equal([])
    expect(or(read, `${write}, or: { have-operation: { equal-to: x } }`)).to.deep.equal([
      'operation: "read" "write" "x"',
    ])
  })

  it('is once for each place of an alternative', () => {
    const way = (...apps: string[]) => `come-through: [${apps.map(app => `{ app-name: { equal-to: ${app} } }`)}]`
    expect(keysOf(`{ ${way('a', 'b')}, or: { ${way('c', 'd')} } }`)).to.deep.equal(['services: "a" "d"'])
  })
})

describe('the places of a call', () => {
  const call = readCall({
    callStack: [frame('cart', 'write', { a: 1 }), frame('web'), frame('shop', 'go', { a: 2 })],
    initialToken: { claims: { iss: 'https://a', scope: 'x y', aud: 'z', c: true } },
  }) as Call
  const at = (condition: string, of = call) =>
    indexKeys(parseDocument(condition).toJS()).map(({ place }) => place.read(of))

  it('are read from the caller, the origin, all frames and the initial token', () => {
    expect(at('{ have-operation: { equal-to: x }, have-claim: { a: { is: { equal-to: 1 } } } }')).to.deep.equal([
      'write',
      1,
    ])
    expect(at('{ originate-from: { app-name: { equal-to: x } } }')).to.deep.equal(['shop'])
    expect(at('{ come-from: [{ app-name: { equal-to: x } }, { any-app: true }] }')).to.deep.equal(['cart'])
    expect(at('{ come-through: [{ app-name: { equal-to: x } }] }')).to.deep.equal([['cart', 'web', 'shop']])
    const token = `where-issuer-is: { equal-to: x }, where-scope-contains: { value: x },
      where-audience-contains: { value: x }, where-claim: { c: { is: { equal-to: x } } }`
    expect(at(`{ have-initial-token: { ${token} } }`)).to.deep.equal(['https://a', ['x', 'y'], ['z'], true])
  })

  it('are empty where the call has no initial token or claim', () => {
    const bare = readCall({ callStack: [{ service: 'cart', operation: 'read' }] }) as Call
    const token =
      'where-issuer-is: { equal-to: x }, where-scope-contains: { value: x }, where-audience-contains: { value: x }'
    expect(at(`{ have-initial-token: { ${token} }, have-claim: { a: { is: { equal-to: 1 } } } }`, bare)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
