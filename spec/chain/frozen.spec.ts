import { expect } from 'chai'
import { toFrozenClaims, toFrozenDecision } from '../../lib/chain/frozen.js'
import { parseStrictJson } from '../../lib/jws/strict-json.js'
import type { Decision } from '../../lib/model/decision.js'
import type { JsonObject } from '../../lib/model/json.js'
import { refusalOf } from '../jws/refusal.js'

const parse = (text: string) => parseStrictJson(Buffer.from(text))

/** An object without a prototype, frozen or not. */
const bare = (members: object, freeze: <T>(value: T) => T = Object.freeze) =>
  freeze(Object.assign(Object.create(null), members)) as JsonObject

const asIs = <T>(value: T): T => value

function isFrozenDeeply(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozenDeeply)
}

describe('a decision that is kept', () => {
  const decision = (members: object = {}) => ({ effect: 'accept', enforced: true, lists: [{ rule: 1 }], ...members })

  it('is itself where nobody can change it', () => {
    const frozen = Object.freeze({ ...decision(), lists: Object.freeze([Object.freeze({ rule: 1 })]) })
    expect(toFrozenDecision(frozen as unknown as Decision)).to.equal(frozen)
  })

  it('is a copy where anybody could, at whatever depth', () => {
    const open: readonly object[] = [
      decision(),
      Object.freeze(decision()),
      Object.freeze({ ...decision(), lists: Object.freeze([{ rule: 1 }]) }),
    ]
    for (const given of open) {
      const kept = toFrozenDecision(given as unknown as Decision)
      expect(kept).not.to.equal(given)
      expect(kept).to.deep.equal(decision())
      expect(isFrozenDeeply(kept)).to.equal(true)
    }
  })

  it('does not change with what was given', () => {
    const rule = { rule: 1 }
    const kept = toFrozenDecision(Object.freeze({ ...decision(), lists: Object.freeze([rule]) }) as unknown as Decision)
    rule.rule = 2
    expect(kept.lists).to.deep.equal([{ rule: 1 }])
  })

  it('may be nothing, or no object: whoever judges says so', () => {
    for (const value of [undefined, null, 'accept', 7, true]) {
      expect(toFrozenDecision(value as unknown as Decision)).to.equal(value)
    }
  })

  it('is refused where it cannot be copied', () => {
    expect(() => toFrozenDecision(decision({ why: () => undefined }) as unknown as Decision)).to.throw()
  })
})

describe('claims that are kept', () => {
  it('are themselves where they were parsed strictly', () => {
    for (const text of ['{}', '{"sub":"jo","roles":["a",{"b":null}],"deep":{"n":1.5,"yes":true}}']) {
      const claims = parse(text)
      expect(toFrozenClaims(claims)).to.equal(claims)
    }
  })

  it('are a copy, as if parsed, where anybody could change them or they inherit something', () => {
    const roles = Object.freeze(['a'])
    const strangers: readonly JsonObject[] = [
      { sub: 'jo', roles },
      Object.freeze({ sub: 'jo', roles }),
      bare({ sub: 'jo', roles }, asIs),
      bare({ sub: 'jo', roles: ['a'] }),
      bare({ sub: 'jo', roles: bare({ 0: 'a' }, asIs) }),
      bare({ sub: 'jo', roles: Object.freeze([{ a: 1 }]) }),
      bare({ sub: 'jo', roles: Object.freeze({ a: 1 }) }),
    ]
    for (const given of strangers) {
      const kept = toFrozenClaims(given)
      expect(kept).not.to.equal(given)
      expect(JSON.stringify(kept)).to.equal(JSON.stringify(given))
      expect(isFrozenDeeply(kept)).to.equal(true)
      expect(Object.getPrototypeOf(kept)).to.equal(null)
    }
  })

  it('do not change with what was given', () => {
    const roles = ['a']
    const kept = toFrozenClaims(bare({ roles }))
    roles.push('admin')
    expect(kept.roles).to.deep.equal(['a'])
  })

  it('that are no JSON are none: ERR_ISSUER_UNAVAILABLE', async () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    for (const given of [circle, { size: 1n }, { toJSON: () => undefined }, { toJSON: () => 'jo' }]) {
      expect(await refusalOf(() => toFrozenClaims(given as unknown as JsonObject))).to.equal('ERR_ISSUER_UNAVAILABLE')
    }
  })
})
