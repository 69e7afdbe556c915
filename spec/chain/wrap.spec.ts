import { expect } from 'chai'
import type { WrapOptions } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { type DissectedHeader, dissect } from '../forge/dissection.js'
import { EPOCH } from '../forge/hop.js'
import { forgeKey, forgeSigner } from '../forge/key.js'
import { requestDigest, targetDigest } from '../forge/request.js'
import { refusalOf } from '../jws/refusal.js'
import { TestReceiver } from './receiver.js'
import { anyToken, newestHeader, startSender, TO_NEXT } from './sender.js'

const shop = forgeSigner('shop')

describe('a hop that a service makes', () => {
  it('has the members of the wire format, and no others', async () => {
    const sender = await startSender({ key: shop.key.privateJwk as never })
    const text = await sender.wrap({ ...TO_NEXT, job: true, claims: { a: 1 }, request: { method: 'GET', target: '/' } })
    const { secret, hops } = dissect(text)
    const { txn, jti, ...header } = hops[0]?.header ?? ({} as DissectedHeader)
    expect(header).to.deep.equal({
      alg: 'ES256',
      kid: shop.key.kid,
      typ: 'hop+jws',
      iss: 'sender',
      aud: 'next',
      op: 'go',
      iat: EPOCH,
      exp: EPOCH + 300,
      req: requestDigest({ method: 'GET', target: '/' }),
      claims: { a: 1 },
    })
    expect([secret, txn, jti].map(part => part?.length)).to.deep.equal([22, 22, 43])
  })

  it('binds method and target alone where the body is a stream', async () => {
    const request = { method: 'PUT', target: '/a?b', streamed: true } as const
    const { req, tgt } = await newestHeader(await startSender(), { ...TO_NEXT, job: true, request })
    expect({ req, tgt }).to.deep.equal({ req: undefined, tgt: targetDigest(request) })
  })

  it('counts a text as its UTF-8 bytes, and no body as an empty one', async () => {
    const sender = await startSender()
    const reqOf = async (body?: string | Uint8Array) =>
      (await newestHeader(sender, { ...TO_NEXT, job: true, request: { method: 'POST', target: '/', body } })).req
    expect(await reqOf('\u00e9')).to.equal(await reqOf(Buffer.from('\u00e9')))
    expect(await reqOf('')).to.equal(await reqOf(undefined))
    expect(await reqOf(new Uint8Array())).to.equal(await reqOf(''))
  })

  it('says what it wraps', async () => {
    const sender = await startSender({ initialToken: { accept: [anyToken()], user: true } })
    const ctyOf = async (options: object) => (await newestHeader(sender, { ...TO_NEXT, ...options } as WrapOptions)).cty
    expect(await ctyOf({ job: true })).to.equal(undefined)
    expect(await ctyOf({ userClaims: { sub: 'jo' } })).to.equal('user')
    expect(await ctyOf({ initialToken: 'e30.e30.AA' })).to.equal('jwt')
  })

  it('takes exactly one source, with a value: ERR_OPTION', async () => {
    const sender = await startSender()
    const wrong: object[] = [
      {},
      { job: true, userClaims: {} },
      { job: false },
      { job: undefined },
      { parent: undefined },
      { userClaims: undefined },
      { initialToken: undefined },
      { initialToken: 'a.b.c' },
      { job: true, unknown: 1 },
      { job: true, audience: 'Next' },
      { job: true, operation: 'a b' },
      { job: true, claims: { iss: 'x' } },
      { job: true, claims: { a: '\ud800' } },
      { job: true, claims: { a: 'x'.repeat(2048) } },
      { job: true, lifetimeSeconds: 0 },
      { job: true, lifetimeSeconds: 301 },
      { job: true, lifetimeSeconds: 1.5 },
      { job: true, request: null },
      { job: true, request: { method: 'GET' } },
      { job: true, request: { method: 'GET\n', target: '/' } },
      { job: true, request: { method: 'GET', target: '/', bdy: '' } },
      { userClaims: { iss: 'https://login.example' } },
      { userClaims: { exp: 1.5 } },
    ]
    for (const options of wrong) {
      const code = await refusalOf(() => sender.wrap({ ...TO_NEXT, ...options } as WrapOptions))
      expect(code, JSON.stringify(options)).to.equal('ERR_OPTION')
    }
  })

  it('keeps claims whose names mean something elsewhere', async () => {
    const claims = { constructor: 1, toString: 'x', hasOwnProperty: null, toJSON: 2, length: -0, big: 1e21 }
    const header = await newestHeader(await startSender(), { ...TO_NEXT, job: true, claims })
    expect(header.claims).to.deep.equal({ ...claims, length: 0 })
    expect(Object.prototype.toString.call({})).to.equal('[object Object]')
  })
})

describe('a chain that begins', () => {
  it('is verified before it is signed', async () => {
    const verifier = { ...anyToken(), verify: () => Promise.reject(new Error('down')) }
    const sender = await startSender({ initialToken: { accept: [verifier] } })
    const wrap = () => sender.wrap({ ...TO_NEXT, initialToken: 'e30.e30.AA' })
    expect(await refusalOf(wrap)).to.equal('ERR_ISSUER_UNAVAILABLE')
  })

  it('has a transaction of its own, which stands in the origin alone', async () => {
    const sender = await startSender()
    const [one, other] = [
      await newestHeader(sender, { ...TO_NEXT, job: true }),
      await newestHeader(sender, { ...TO_NEXT, job: true }),
    ]
    expect(one.txn).not.to.equal(other.txn)
    const receiver = await TestReceiver.start({ signers: [shop] })
    const parent = await receiver.unwrap(forgeChain([shop], 'receiver').presentation)
    expect((await newestHeader(receiver.service, { ...TO_NEXT, parent })).txn).to.equal(undefined)
    const fan = await Promise.all([1, 2].map(() => receiver.service.wrap({ ...TO_NEXT, parent })))
    expect(fan.map(text => dissect(text).hops.at(-1)?.header.txn)).to.deep.equal([
      parent.transaction,
      parent.transaction,
    ])
  })

  it('needs a context, or a source that is named: ERR_CONTEXT_MISSING', async () => {
    const sender = await startSender({ fetch: () => Promise.reject(new Error('not reached')) as never })
    expect(await refusalOf(() => sender.fetch('http://next.example/', TO_NEXT))).to.equal('ERR_CONTEXT_MISSING')
    expect(await refusalOf(async () => sender.currentCall())).to.equal('ERR_CONTEXT_MISSING')
  })

  it('is not begun by a service that was stopped, nor is anything received: ERR_SERVICE_STOPPED', async () => {
    const receiver = await TestReceiver.start({ signers: [shop] })
    const parent = await receiver.unwrap(forgeChain([shop], 'receiver').presentation)
    await receiver.service.stop()
    expect(await receiver.verdict(forgeChain([shop], 'receiver').presentation)).to.equal('ERR_SERVICE_STOPPED')
    expect(await refusalOf(() => receiver.service.wrap({ ...TO_NEXT, job: true }))).to.equal('ERR_SERVICE_STOPPED')
    expect(await refusalOf(() => receiver.service.wrap({ ...TO_NEXT, parent }))).to.equal('accepted')
  })

  it('is signed with the key that the service was given', async () => {
    for (const key of [forgeKey('own'), forgeKey('own', 'EdDSA')]) {
      const header = await newestHeader(await startSender({ key: key.privateJwk as never }), { ...TO_NEXT, job: true })
      expect(header).to.include({ alg: key.algorithm, kid: key.kid })
    }
  })
})
