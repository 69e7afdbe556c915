import { forgeChain } from '../forge/chain.js'
import { EPOCH, forgeHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { refusalOf } from '../jws/refusal.js'
import { type Attempt, forged, type Thief } from './thief.js'

const HOUR = 3600
const OPERATION = { operation: 'call' }

const ATTEMPTS: readonly Attempt[] = [
  {
    what: 'call as that service',
    ends: 'can',
    attempt: async scene => forged(await scene.callOf(scene.mallory, await scene.start('cart'))),
  },
  {
    what: 'continue a chain that was addressed to it',
    ends: 'can',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { presentation } = forgeChain([scene.shop, scene.mallory], 'cart')
      return forged(await refusalOf(() => cart.unwrap(presentation, OPERATION)))
    },
  },
  {
    what: 'call as another service',
    ends: 'ERR_KEY_UNKNOWN',
    attempt: async scene => {
      const cart = await scene.start('cart')
      return forged(await scene.callOf({ name: 'shop', key: scene.mallory.key }, cart))
    },
  },
  {
    what: 'continue a chain that was addressed to another',
    ends: 'ERR_CUSTODY_BROKEN',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const around = forgeHop({ by: scene.shop, to: 'inventory' })
      const { presentation } = forgeHop({ by: scene.mallory, to: 'cart', around })
      return forged(await refusalOf(() => cart.unwrap(presentation, OPERATION)))
    },
  },
  {
    what: 'change what an earlier service said in a chain',
    ends: 'ERR_SIGNATURE_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const impostor = { ...scene.mallory.key, kid: scene.shop.key.kid }
      const around = forgeHop({ by: scene.shop, to: 'mallory', operation: 'pay', key: impostor })
      const { presentation } = forgeHop({ by: scene.mallory, to: 'cart', around })
      return forged(await refusalOf(() => cart.unwrap(presentation, OPERATION)))
    },
  },
  {
    what: 'bring a user, where it is no edge',
    ends: 'ERR_EDGE_NOT_ALLOWED',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { presentation } = forgeChain([scene.mallory], 'cart', {}, forgeUserClaims({ sub: 'alice' }))
      return forged(await refusalOf(() => cart.unwrap(presentation, OPERATION)))
    },
  },
  {
    what: 'present the same call a second time',
    ends: 'ERR_PRESENTATION_REPLAYED',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { presentation } = forgeChain([scene.mallory], 'cart')
      await cart.unwrap(presentation, OPERATION)
      return forged(await refusalOf(() => cart.unwrap(presentation, OPERATION)))
    },
  },
  {
    what: 'go on when the key was revoked',
    ends: 'ERR_KEY_REVOKED',
    attempt: async scene => {
      const cart = await scene.start('cart')
      await scene.engine.revoke('mallory', scene.mallory.key.kid)
      return forged(await scene.callOf(scene.mallory, cart))
    },
  },
  {
    what: 'date a hop back behind the revocation',
    ends: 'ERR_KEY_REVOKED',
    attempt: async scene => {
      const cart = await scene.start('cart')
      await scene.engine.revoke('mallory', scene.mallory.key.kid)
      return forged(await scene.callOf(scene.mallory, cart, EPOCH - 30))
    },
  },
  {
    what: 'go on when its registration has ended, without the credential of its service',
    ends: 'ERR_HOP_OUTSIDE_REGISTRATION',
    attempt: async scene => {
      const cart = await scene.start('cart')
      scene.now = EPOCH + HOUR
      return forged(await scene.callOf(scene.mallory, cart))
    },
  },
  {
    what: 'register another key by himself',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const other = forgeSigner('mallory', 'EdDSA', 'another')
      await scene.store(other, scene.registrationOf(other))
      return forged(await scene.callOf(other, cart))
    },
  },
]

export const SERVICE_THIEF: Thief = {
  who: "who has one service's key, where verifiers pin registrars",
  pins: 'root',
  attempts: ATTEMPTS,
}
