import { expect } from 'chai'
import type { Expectation } from '../../lib/index.js'
import { forgeHop } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { requestDigest, targetDigest } from '../forge/request.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const post = { method: 'POST', target: '/items?id=1', body: '{"amount":2}' }
const streamed = { method: 'POST', target: '/items?id=1', streamed: true } as const
const BOUND = { req: { req: requestDigest(post) }, tgt: { tgt: targetDigest(post) }, nothing: {} }

/** What a route says to a hop: by what the hop is bound to, what the receiver has, and what the route requires. */
const TABLE: readonly [keyof typeof BOUND, 'the request' | 'a stream' | 'nothing', Expectation['binding'], string][] = [
  ['req', 'the request', 'none', 'accepted'],
  ['req', 'the request', 'target', 'accepted'],
  ['req', 'the request', 'request', 'accepted'],
  ['req', 'a stream', 'none', 'ERR_REQUEST_ABSENT'],
  ['req', 'a stream', 'target', 'ERR_REQUEST_ABSENT'],
  ['req', 'nothing', 'none', 'ERR_REQUEST_ABSENT'],
  ['req', 'nothing', 'request', 'ERR_REQUEST_ABSENT'],
  ['tgt', 'the request', 'none', 'accepted'],
  ['tgt', 'the request', 'target', 'accepted'],
  ['tgt', 'the request', 'request', 'ERR_REQUEST_UNBOUND'],
  ['tgt', 'a stream', 'none', 'accepted'],
  ['tgt', 'a stream', 'target', 'accepted'],
  ['tgt', 'a stream', 'request', 'ERR_REQUEST_UNBOUND'],
  ['tgt', 'nothing', 'none', 'ERR_REQUEST_ABSENT'],
  ['tgt', 'nothing', 'target', 'ERR_REQUEST_ABSENT'],
  ['nothing', 'the request', 'none', 'accepted'],
  ['nothing', 'nothing', 'none', 'accepted'],
  ['nothing', 'the request', 'target', 'ERR_REQUEST_UNBOUND'],
  ['nothing', 'a stream', 'target', 'ERR_REQUEST_UNBOUND'],
  ['nothing', 'nothing', 'request', 'ERR_REQUEST_UNBOUND'],
]

describe('a request', () => {
  let receiver: TestReceiver

  before(async () => {
    receiver = await TestReceiver.start({ signers: [shop] })
  })

  const present = (header: object) => forgeHop({ by: shop, to: 'receiver', header: { ...header } }).presentation

  for (const [bound, has, binding, expected] of TABLE) {
    it(`that the hop binds as ${bound}, of which the receiver has ${has}, where ${binding} is required: ${expected}`, async () => {
      const request = { 'the request': post, 'a stream': streamed, nothing: undefined }[has]
      expect(await receiver.verdict(present(BOUND[bound]), { request, binding })).to.equal(expected)
      const read = async () => request as typeof post
      const lazy = request === undefined ? undefined : read
      expect(await receiver.verdict(present(BOUND[bound]), { request: lazy, binding })).to.equal(expected)
    })
  }

  it('is compared in method, target and body, byte for byte: ERR_REQUEST_MISMATCH', async () => {
    const others = [
      { ...post, method: 'post' },
      { ...post, method: 'PUT' },
      { ...post, target: '/items?id=1&' },
      { ...post, target: '/ITEMS?id=1' },
      { ...post, target: '/items?id=%31' },
      { ...post, body: '{"amount":2} ' },
      { ...post, body: undefined },
      { ...post, body: new Uint8Array() },
    ]
    for (const request of others) {
      expect(await receiver.refusal(present(BOUND.req), { request })).to.include({
        code: 'ERR_REQUEST_MISMATCH',
        invariant: 14,
        hop: 0,
      })
    }
    const twin = { ...post, body: Buffer.from(post.body) }
    expect(await receiver.verdict(present(BOUND.req), { request: twin })).to.equal('accepted')
  })

  it('is compared without its body by `tgt`', async () => {
    expect(await receiver.verdict(present(BOUND.tgt), { request: { ...post, body: 'other' } })).to.equal('accepted')
    const other = { ...streamed, target: '/items' }
    expect(await receiver.verdict(present(BOUND.tgt), { request: other })).to.equal('ERR_REQUEST_MISMATCH')
  })

  it('is bound by one digest, not by the other under its name: ERR_REQUEST_MISMATCH', async () => {
    for (const header of [{ req: targetDigest(post) }, { tgt: requestDigest(post) }]) {
      expect(await receiver.verdict(present(header), { request: post })).to.equal('ERR_REQUEST_MISMATCH')
    }
  })

  it('that cannot be read refuses the call, which is not used up', async () => {
    const presentation = present(BOUND.req)
    const failing = () => receiver.unwrap(presentation, { request: () => Promise.reject(new Error('broke off')) })
    expect(await failing().catch(error => error.message)).to.equal('broke off')
    expect(await receiver.verdict(presentation, { request: post })).to.equal('accepted')
  })
})
