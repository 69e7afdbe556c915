import type { HopPieces } from '../../forge/hop.js'
import { requestDigest, targetDigest } from '../../forge/request.js'
import { cart, type Draft, shop } from '../scene.js'
import type { VectorRequest } from '../vector.js'

const post: VectorRequest = { method: 'POST', target: '/items?id=1', body: '{"amount":2}' }
const req: Partial<HopPieces> = { header: { req: requestDigest(post) } }
const tgt: Partial<HopPieces> = { header: { tgt: targetDigest(post) } }

interface Received {
  readonly request?: VectorRequest
  readonly binding?: 'request' | 'target'
}

const bound = (
  name: string,
  description: string,
  code: string,
  pieces: Partial<HopPieces>,
  received: Received,
): Draft => ({
  name: `request-${name}`,
  description,
  play: scene => ({ ...received, presentation: scene.hop(pieces).presentation, expected: { code, hop: 0 } }),
})

export const requestDrafts: readonly Draft[] = [
  bound('another-method', 'The method is compared as sent.', 'ERR_REQUEST_MISMATCH', req, {
    request: { ...post, method: 'PUT' },
  }),
  bound('method-in-lower-case', 'The method is compared case and all.', 'ERR_REQUEST_MISMATCH', req, {
    request: { ...post, method: 'post' },
  }),
  bound('another-query', 'The query is part of the target.', 'ERR_REQUEST_MISMATCH', req, {
    request: { ...post, target: '/items?id=2' },
  }),
  bound('target-decoded', 'The target is compared raw.', 'ERR_REQUEST_MISMATCH', req, {
    request: { ...post, target: '/items?%69d=1' },
  }),
  bound('another-body', 'One byte of the body is another one.', 'ERR_REQUEST_MISMATCH', req, {
    request: { ...post, body: '{"amount":3}' },
  }),
  bound('body-removed', 'No body is an empty one, and not this one.', 'ERR_REQUEST_MISMATCH', req, {
    request: { method: post.method, target: post.target },
  }),
  bound('none-to-compare', 'A binding that cannot be compared refuses.', 'ERR_REQUEST_ABSENT', req, {}),
  bound('body-nobody-has-read', 'The hop binds a body that the receiver streams.', 'ERR_REQUEST_ABSENT', req, {
    request: { method: 'POST', target: '/items?id=1', streamed: true },
  }),
  bound('another-target-streamed', '`tgt` is compared where the body is streamed.', 'ERR_REQUEST_MISMATCH', tgt, {
    request: { method: 'POST', target: '/items', streamed: true },
  }),
  bound('no-target-to-compare', 'A `tgt` that cannot be compared refuses.', 'ERR_REQUEST_ABSENT', tgt, {}),
  bound(
    'tgt-in-place-of-req',
    'The digest of `req` under the name of `tgt`.',
    'ERR_REQUEST_MISMATCH',
    { header: { tgt: requestDigest(post) } },
    { request: post },
  ),
  bound(
    'unbound-where-a-target-is-required',
    'The route requires a binding.',
    'ERR_REQUEST_UNBOUND',
    {},
    { request: post, binding: 'target' },
  ),
  bound(
    'target-bound-where-the-request-is-required',
    'The route requires the whole request to be bound.',
    'ERR_REQUEST_UNBOUND',
    tgt,
    { request: post, binding: 'request' },
  ),
  {
    name: 'request-bound-by-an-inner-hop-only',
    description: 'What counts is what the newest hop is bound to.',
    play: scene => ({
      request: post,
      binding: 'request',
      presentation: scene.chain([shop, cart], position => (position === 0 ? req : {})).presentation,
      expected: { code: 'ERR_REQUEST_UNBOUND', hop: 0 },
    }),
  },
  {
    name: 'operation-another',
    description: 'A hop that was made to ask for something else.',
    play: scene => ({
      receiver: { operation: 'refund' },
      presentation: scene.hop({ operation: 'read' }).presentation,
      expected: { code: 'ERR_OPERATION_MISMATCH', hop: 0 },
    }),
  },
  {
    name: 'operation-in-upper-case',
    description: 'Operations compare byte for byte.',
    play: scene => ({
      presentation: scene.hop({ operation: 'Call' }).presentation,
      expected: { code: 'ERR_OPERATION_MISMATCH', hop: 0 },
    }),
  },
]
