import { expect } from 'chai'
import fc from 'fast-check'
import { base64url } from '../forge/base64url.js'
import { forgeChain } from '../forge/chain.js'
import { forgeHop, random128 } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { refusalOf } from '../jws/refusal.js'
import { documentedCodes } from './documented-codes.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')

const startReceiver = () => TestReceiver.start({ signers: [shop, cart], edges: ['shop'] })
const forge = (sub = 'jo') => forgeChain([shop, cart], 'receiver', {}, forgeUserClaims({ sub }))

/** A good value for every member. */
const FULL: Readonly<Record<string, string | number | object>> = {
  alg: 'EdDSA',
  kid: shop.key.kid,
  typ: 'hop+jws',
  cty: 'user',
  iss: 'shop',
  aud: 'receiver',
  op: 'call',
  jti: 'A'.repeat(43),
  iat: 1_800_000_000,
  exp: 1_800_000_100,
  txn: 'A'.repeat(22),
  req: 'A'.repeat(43),
  tgt: 'A'.repeat(43),
  claims: { a: 1 },
}

describe('a presentation', () => {
  let receiver: TestReceiver

  before(async () => {
    receiver = await startReceiver()
  })

  it('ends in a documented code whatever value it is', async () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    })
    await fc.assert(
      fc.asyncProperty(anything, async value => {
        expect(documentedCodes.has(await receiver.verdict(value))).to.equal(true)
      }),
      { numRuns: 500 },
    )
    const hostile = new Proxy({}, { get: () => expect.fail('read'), ownKeys: () => expect.fail('listed') })
    const values = [Symbol('x'), () => 'x', new String(forge().presentation), [forge().presentation], hostile, 10n]
    for (const value of values) expect(await receiver.verdict(value)).to.equal('ERR_PRESENTATION_MALFORMED')
    for (const value of [undefined, null, ''])
      expect(await receiver.verdict(value)).to.equal('ERR_PRESENTATION_MISSING')
  })

  it('ends in a documented code whatever text it is', async () => {
    const alphabet = fc.constantFrom('A', 'e', 'y', 'J', '~', '.', '..', '-', '\u0000', '\n', '\ud800', '\u{1f600}')
    const texts = fc.oneof(fc.string({ unit: alphabet, maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 100 }))
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), async (text, hasSecret) => {
        const presented = hasSecret ? `${random128()}~${text}` : text
        expect(documentedCodes.has(await receiver.verdict(presented))).to.equal(true)
      }),
      { numRuns: 1000 },
    )
    const code = await receiver.verdict('~'.repeat(10_000_000))
    expect(code).to.equal('ERR_PRESENTATION_TOO_LARGE')
  })

  it('ends in a documented code whatever its header is, signed or not', async () => {
    const member = fc.oneof(fc.constantFrom(...Object.keys(FULL)), fc.string({ maxLength: 8 }))
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...Object.values(FULL)))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(member, value, { maxKeys: 3 }), async members => {
        const { presentation } = forgeHop({ by: shop, to: 'receiver', header: members })
        const verdict = await receiver.verdict(presentation)
        expect(verdict === 'accepted' || documentedCodes.has(verdict)).to.equal(true)
      }),
      { numRuns: 500 },
    )
  })

  it('ends in a documented code whatever bytes its header is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async bytes => {
        const { presentation } = forgeHop({ by: shop, to: 'receiver', write: () => bytes })
        expect(documentedCodes.has(await receiver.verdict(presentation))).to.equal(true)
      }),
      { numRuns: 300 },
    )
  })

  it('means the same in every member order and with any white space', async () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(99), { minLength: 20, maxLength: 20 }),
        fc.array(space, { minLength: 60, maxLength: 60 }),
        async (order, spaces) => {
          const write = (header: Readonly<Record<string, unknown>>) => {
            let used = 0
            const gap = () => spaces[used++] ?? ''
            const members = Object.entries(header).filter(([, value]) => value !== undefined)
            const shuffled = members.map((entry, at) => ({ entry, key: order[at] ?? 0 })).sort((a, b) => a.key - b.key)
            const written = shuffled.map(({ entry: [name, value] }) =>
              [gap(), JSON.stringify(name), gap(), ':', gap(), JSON.stringify(value)].join(''),
            )
            return `${gap()}{${written.join(`${gap()},`)}}${gap()}`
          }
          const forged = forgeChain([shop, cart], 'receiver', { write, header: { claims: { a: 1 } } })
          const { callStack } = await receiver.unwrap(forged.presentation)
          expect(callStack.map(({ service, claims }) => ({ service, ...claims }))).to.deep.equal([
            { service: 'cart', a: 1 },
            { service: 'shop', a: 1 },
          ])
        },
      ),
      { numRuns: 100 },
    )
  })

  it('takes time that is linear in its size: the worst of 8000 characters take milliseconds', async () => {
    const worst = {
      separators: '~'.repeat(7900),
      dots: `${random128()}~${'.'.repeat(7900)}`,
      segment: `${random128()}~${'A'.repeat(7900)}`,
      hops: `${random128()}${'~A..A'.repeat(1590)}`,
      header: `${random128()}~${base64url('['.repeat(5800))}..${'A'.repeat(86)}`,
      spaces: `${random128()}~${base64url(`{${' '.repeat(5800)}`)}..${'A'.repeat(86)}`,
      escapes: `${random128()}~${base64url(`{"${'\\u0061'.repeat(960)}`)}..${'A'.repeat(86)}`,
      digits: `${random128()}~${base64url(`{"a":${'1'.repeat(5800)}`)}..${'A'.repeat(86)}`,
      members: `${random128()}~${base64url(`{${Array.from({ length: 900 }, (_, at) => `"${at}":1`).join()}}`)}..${'A'.repeat(86)}`,
    }
    for (const [kind, text] of Object.entries(worst)) {
      const startedAt = performance.now()
      for (let round = 0; round < 10; round += 1) expect(await receiver.verdict(text)).not.to.equal('accepted')
      expect((performance.now() - startedAt) / 10, kind).to.be.lessThan(50)
    }
  })

  it('may not be expected with options that are not understood: ERR_OPTION', async () => {
    const { presentation } = forge()
    const wrong = [
      { operation: undefined },
      { operation: '' },
      { binding: 'all' },
      { unknown: 1 },
      { request: null },
      { request: 'GET /' },
      { request: { method: 'GET' } },
      { request: { method: '', target: '/' } },
      { request: { method: 5, target: '/' } },
      { request: { method: 'GET\n/', target: '/' } },
      { request: { method: 'GET', target: '' } },
      { request: { method: 'GET', target: '/\n' } },
      { request: { method: 'GET', target: '/', body: 5 } },
      { request: { method: 'GET', target: '/', body: '', streamed: true } },
      { request: { method: 'GET', target: '/', streamed: false } },
      { request: { method: 'GET', target: '/', url: '/' } },
      { request: async () => undefined },
      { request: async () => ({ method: 'GET', target: 5 }) },
    ]
    for (const expected of wrong) {
      expect(await receiver.verdict(presentation, expected as never), JSON.stringify(expected)).to.equal('ERR_OPTION')
    }
    expect(await refusalOf(() => receiver.service.unwrap(presentation, undefined as never))).to.equal('ERR_OPTION')
    expect(await receiver.verdict(presentation)).to.equal('accepted')
  })

  it('carries a JWT whose header and claims are both strict JSON: ERR_JSON_NOT_STRICT', async () => {
    const [good, bad] = [base64url('{"a":1}'), base64url('{"a":1,"a":2}')]
    const carrying = (text: string) => forgeChain([shop, cart], 'receiver', {}, { cty: 'jwt', text }).presentation
    expect(await receiver.verdict(carrying(`${bad}.${good}.${good}`))).to.equal('ERR_JSON_NOT_STRICT')
    expect(await receiver.verdict(carrying(`${good}.${bad}.${good}`))).to.equal('ERR_JSON_NOT_STRICT')
    expect(await receiver.verdict(carrying(`${good}.${good}.${bad}`))).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
  })
})
