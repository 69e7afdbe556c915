import { expect } from 'chai'
import type { Service, VerifiedCall } from '../../lib/index.js'
import { ServiceParty } from '../http/service-party.js'
import { errorOf, refusalOf } from '../jws/refusal.js'

const CALL = { audience: 'cart', operation: 'read' } as const
const NOWHERE = 'http://127.0.0.1:1'

/** Lists inside each other. */
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

describe('the options of a call', () => {
  const party = new ServiceParty()
  let shop: Service
  let call: VerifiedCall

  before(async () => {
    shop = await party.start('shop')
    const edge = await party.start('edge')
    call = await shop.unwrap(await edge.wrap({ ...CALL, audience: 'shop', job: true }), { operation: 'read' })
  })
  after(() => party.stop())

  const wrap = (options: object) => refusalOf(() => shop.wrap({ ...CALL, ...options } as never))

  describe('name one source, which has a value:', () => {
    for (const source of [{ job: true }, { userClaims: { sub: 'alice' } }, { userClaims: {} }]) {
      it(`${JSON.stringify(source)} is one`, async () => {
        expect(await wrap(source)).to.equal('accepted')
      })
    }

    it('a call that this service unwrapped is one', async () => {
      expect(await wrap({ parent: call })).to.equal('accepted')
    })

    it('none is an error for wrap and begin: ERR_OPTION', async () => {
      expect(await wrap({})).to.equal('ERR_OPTION')
      expect(await refusalOf(() => shop.begin({} as never, () => {}))).to.equal('ERR_OPTION')
    })

    it('two are an error, even where one of them has no value: ERR_OPTION', async () => {
      for (const sources of [
        { job: true, parent: call },
        { job: true, parent: undefined },
        { job: undefined, userClaims: { sub: 'alice' } },
        { userClaims: {}, initialToken: 'x' },
        { job: true, parent: call, userClaims: {}, initialToken: 'x' },
      ]) {
        expect(await wrap(sources)).to.equal('ERR_OPTION')
        expect(await refusalOf(() => shop.fetch(NOWHERE, { ...CALL, ...sources } as never))).to.equal('ERR_OPTION')
        expect(await refusalOf(() => shop.begin(sources as never, () => {}))).to.equal('ERR_OPTION')
      }
    })

    for (const source of ['parent', 'initialToken', 'userClaims', 'job']) {
      it(`${source} that is undefined is an error, and no call without a user: ERR_OPTION`, async () => {
        const error = await errorOf(() => shop.wrap({ ...CALL, [source]: undefined } as never))
        expect(error).to.include({ code: 'ERR_OPTION', message: `\`${source}\` is present without a value` })
        const sent = () => shop.fetch(NOWHERE, { ...CALL, [source]: undefined } as never)
        expect(await refusalOf(() => shop.runInCall(call, sent))).to.equal('ERR_OPTION')
      })
    }

    it('a job is true: ERR_OPTION', async () => {
      for (const job of [false, null, 1, 'true', {}]) expect(await wrap({ job }), String(job)).to.equal('ERR_OPTION')
    })

    it('a parent is a call that was unwrapped: ERR_PARENT_FOREIGN', async () => {
      for (const parent of [
        null,
        false,
        '',
        'x',
        {},
        [],
        { ...call },
        Object.create(call),
        structuredClone(call.callStack),
      ]) {
        expect(await wrap({ parent })).to.equal('ERR_PARENT_FOREIGN')
      }
    })

    it('user claims are an object of JSON, without iss: ERR_OPTION', async () => {
      const cyclic: Record<string, unknown> = {}
      cyclic.self = cyclic
      for (const userClaims of [
        null,
        false,
        'alice',
        7,
        ['alice'],
        { iss: 'x' },
        cyclic,
        { at: Number.NaN },
        { n: 1n },
      ]) {
        expect(await wrap({ userClaims })).to.equal('ERR_OPTION')
      }
    })

    it('user claims that have expired are refused: ERR_INITIAL_TOKEN_EXPIRED', async () => {
      expect(await wrap({ userClaims: { sub: 'alice', exp: 1 } })).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    })

    it('an initial token needs a verifier: ERR_OPTION', async () => {
      for (const initialToken of [null, false, '', 'x', {}, { issuer: 'x', token: 'y' }]) {
        expect(await wrap({ initialToken })).to.equal('ERR_OPTION')
      }
    })
  })

  it('name the audience and the operation: ERR_OPTION', async () => {
    for (const wrong of [undefined, null, '', 'a b', 'ä', 7, ['cart'], 'x'.repeat(129), 'cart\n']) {
      expect(await wrap({ job: true, audience: wrong })).to.equal('ERR_OPTION')
      expect(await wrap({ job: true, operation: wrong })).to.equal('ERR_OPTION')
    }
    expect(await wrap({ job: true, audience: 'Cart' })).to.equal('ERR_OPTION')
  })

  it('give a lifetime within the limit, in whole seconds: ERR_OPTION', async () => {
    expect(await wrap({ job: true, lifetimeSeconds: 300 })).to.equal('accepted')
    for (const lifetimeSeconds of [0, -1, 301, 1.5, Number.NaN, '60', null, Number.POSITIVE_INFINITY]) {
      expect(await wrap({ job: true, lifetimeSeconds })).to.equal('ERR_OPTION')
    }
  })

  it('are understood, all of them: ERR_OPTION', async () => {
    for (const name of ['audiance', 'method', 'body', 'lifetime', 'streams', 'headers']) {
      expect(await wrap({ job: true, [name]: undefined }), name).to.equal('ERR_OPTION')
    }
    expect(await refusalOf(() => shop.begin({ job: true, audience: 'cart' } as never, () => {}))).to.equal('ERR_OPTION')
  })

  it('are an object: ERR_OPTION', async () => {
    for (const options of [undefined, null, 'x', 7, []]) {
      expect(await refusalOf(() => shop.wrap(options as never))).to.equal('ERR_OPTION')
      expect(await refusalOf(() => shop.fetch(NOWHERE, options as never))).to.equal('ERR_OPTION')
      expect(await refusalOf(() => shop.begin(options as never, () => {}))).to.equal('ERR_OPTION')
    }
  })

  it('of begin come with a function: ERR_OPTION', async () => {
    for (const fn of [undefined, null, 'x', {}]) {
      expect(await refusalOf(() => shop.begin({ job: true }, fn as never))).to.equal('ERR_OPTION')
    }
  })

  describe('may hold claims of the caller:', () => {
    const claims = (value: unknown) => wrap({ job: true, claims: value })

    it('an object of JSON', async () => {
      for (const value of [
        undefined,
        {},
        { a: null, b: [1, 'x', { c: true }] },
        { a: undefined },
        { at: new Date(0) },
      ]) {
        expect(await claims(value)).to.equal('accepted')
      }
    })

    it('nothing else: ERR_OPTION', async () => {
      const cyclic: Record<string, unknown> = {}
      cyclic.self = cyclic
      const throwing = {
        get secret(): string {
          throw new Error('secret')
        },
      }
      const wrong = [
        ...[null, false, 0, '', 'x', 7, 7n, [], ['a'], () => {}, Symbol('x'), new Date(0)],
        ...[cyclic, throwing, { toJSON: () => 'x' }, { n: 1n }, { f: () => {} }, { s: Symbol('x') }],
        ...[{ n: Number.NaN }, { n: Number.NEGATIVE_INFINITY }, { text: 'a\ud800' }, { '\udc00': 1 }],
        ...[JSON.parse('{"__proto__":1}'), { deep: { ...JSON.parse('{"__proto__":{}}') } }],
      ]
      for (const [at, value] of wrong.entries()) expect(await claims(value), String(at)).to.equal('ERR_OPTION')
      const error = await errorOf(() => shop.wrap({ ...CALL, job: true, claims: throwing }))
      expect(error.message).not.to.contain('secret')
    })

    it('without names of the header: ERR_OPTION', async () => {
      for (const name of 'alg kid typ cty iss aud op jti iat exp txn req tgt claims'.split(' ')) {
        expect(await claims({ [name]: 1 }), name).to.equal('ERR_OPTION')
      }
      expect(await claims({ inside: { iss: 'x' } })).to.equal('accepted')
    })

    it('of 2,048 bytes and not one more: ERR_OPTION', async () => {
      expect(await claims({ a: 'x'.repeat(2040) })).to.equal('accepted')
      expect(await claims({ a: 'x'.repeat(2041) })).to.equal('ERR_OPTION')
      expect(await claims({ a: 'ä'.repeat(1021) })).to.equal('ERR_OPTION')
    })

    it('as deep as a header may be, and not deeper: ERR_OPTION', async () => {
      expect(await claims({ a: nested(6) })).to.equal('accepted')
      expect(await claims({ a: nested(7) })).to.equal('ERR_OPTION')
    })
  })

  it('may bind a request, which must be one: ERR_OPTION', async () => {
    const request = { method: 'POST', target: '/x', body: 'x' }
    expect(await wrap({ job: true, request })).to.equal('accepted')
    const wrong = [
      null,
      'POST /x',
      [],
      {},
      { ...request, method: '' },
      { ...request, method: 'A\nB' },
      { ...request, target: '' },
      { ...request, target: '/x\ny' },
      { ...request, body: 7 },
      { ...request, body: null },
      { ...request, streamed: true },
      { method: 'POST', target: '/x', streamed: false },
    ]
    for (const value of wrong) expect(await wrap({ job: true, request: value })).to.equal('ERR_OPTION')
  })

  it('of unwrap are understood, all of them: ERR_OPTION', async () => {
    const operation = 'read'
    const wrong = [
      ...[undefined, null, 'read', [], {}, { operation: '' }, { operation: 'a b' }],
      ...[
        { operation, operations: 'x' },
        { operation, binding: 'body' },
        { operation, binding: null },
      ],
      ...[
        { operation, request: null },
        { operation, request: 'x' },
        { operation, request: {} },
      ],
      ...[
        { operation, request: { method: 'GET', target: '/', body: {} } },
        { operation, request: [] },
      ],
    ]
    for (const expected of wrong) {
      expect(await refusalOf(() => shop.unwrap('x', expected as never)), JSON.stringify(expected)).to.equal(
        'ERR_OPTION',
      )
    }
  })
})
