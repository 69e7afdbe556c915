import type { Service } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH, type ForgedHop, forgeHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { requestDigest } from '../forge/request.js'
import { refusalOf } from '../jws/refusal.js'
import type { Scene } from './scene.js'
import { type Attempt, forged, type Thief } from './thief.js'

const REQUEST = { method: 'POST', target: '/call', body: 'one' }
const SECRET = 'A'.repeat(22)

/** What goes from shop to cart, bound to its request, with alice. */
function onItsWay({ shop }: Scene): ForgedHop {
  const header = { req: requestDigest(REQUEST) }
  return forgeChain([shop], 'cart', { header }, forgeUserClaims({ sub: 'alice' }))
}

async function deliver(to: Service, presentation: string, request = REQUEST, operation = 'call'): Promise<string> {
  return forged(await refusalOf(() => to.unwrap(presentation, { operation, request, binding: 'request' })))
}

const ATTEMPTS: readonly Attempt[] = [
  {
    what: 'read who calls whom, and the claims of the user',
    ends: 'can',
    attempt: async scene => {
      const claims = onItsWay(scene).presentation.split('~').at(-1) ?? ''
      return JSON.parse(Buffer.from(claims, 'base64url').toString()).sub === 'alice' ? 'can' : 'nothing is read'
    },
  },
  {
    what: 'keep a request, and deliver it himself, once, within its seconds',
    ends: 'can',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { presentation } = onItsWay(scene)
      scene.now += 60
      return await deliver(cart, presentation)
    },
  },
  {
    what: 'deliver it later',
    ends: 'ERR_PRESENTATION_STALE',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { presentation } = onItsWay(scene)
      scene.now += 66
      return await deliver(cart, presentation)
    },
  },
  {
    what: 'deliver it a second time',
    ends: 'ERR_PRESENTATION_REPLAYED',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { presentation } = onItsWay(scene)
      await deliver(cart, presentation)
      return await deliver(cart, presentation)
    },
  },
  {
    what: 'deliver it to another service',
    ends: 'ERR_AUDIENCE_MISMATCH',
    attempt: async scene => await deliver(await scene.start('inventory'), onItsWay(scene).presentation),
  },
  {
    what: 'change its body',
    ends: 'ERR_REQUEST_MISMATCH',
    attempt: async scene =>
      await deliver(await scene.start('cart'), onItsWay(scene).presentation, { ...REQUEST, body: 'two' }),
  },
  {
    what: 'change its path',
    ends: 'ERR_REQUEST_MISMATCH',
    attempt: async scene =>
      await deliver(await scene.start('cart'), onItsWay(scene).presentation, { ...REQUEST, target: '/all' }),
  },
  {
    what: 'use it for another operation',
    ends: 'ERR_OPERATION_MISMATCH',
    attempt: async scene => await deliver(await scene.start('cart'), onItsWay(scene).presentation, REQUEST, 'pay'),
  },
  {
    what: 'present a chain that he sees inside a later call',
    ends: 'ERR_SEAL_BROKEN',
    attempt: async scene => await deliver(await scene.start('cart'), `${SECRET}~${onItsWay(scene).chain}`),
  },
  {
    what: 'put another user into a chain',
    ends: 'ERR_SIGNATURE_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const bob = forgeUserClaims({ sub: 'bob' })
      return await deliver(cart, onItsWay(scene).presentation.replace(/[^~]*$/, bob.text))
    },
  },
  {
    what: 'add a hop of his own',
    ends: 'ERR_KEY_UNKNOWN',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const stranger = { name: 'cart', key: scene.mallory.key }
      const { presentation } = forgeHop({ by: stranger, to: 'cart', around: onItsWay(scene), issuedAt: EPOCH })
      return await deliver(cart, presentation)
    },
  },
]

export const NETWORK_THIEF: Thief = {
  who: 'who reads and changes everything on the network, where there is no TLS',
  pins: 'nobody',
  attempts: ATTEMPTS,
}
