import { signCompact } from '../../lib/jws/compact.js'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { CERTIFICATION_TYPE, signCertification } from '../../lib/registry/registrar/certification.js'
import { signDelegation } from '../../lib/registry/registrar/delegation.js'
import { EPOCH } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { refusalOf } from '../jws/refusal.js'
import type { Scene } from './scene.js'
import { type Attempt, forged, type Thief } from './thief.js'

const HOUR = 3600
const DAY = 86_400
/** A day after the scene's delegation ends. */
const LATER = EPOCH + 3 * DAY

const impostor = forgeSigner('shop', 'ES256', "the thief's own key")

/** Registers the thief's key as shop, around a time, with a certification of these terms. */
async function certifyOwn(scene: Scene, issuedAt: number, expiresAt: number): Promise<void> {
  const registration = scene.registrationOf(impostor, { from: issuedAt, until: Math.min(expiresAt, issuedAt + DAY) })
  const terms = { issuedAt, expiresAt }
  await scene.store(impostor, await signCertification(registration, scene.registrar, terms, scene.delegation))
}

const ATTEMPTS: readonly Attempt[] = [
  {
    what: 'certify a key of his own as any service',
    ends: 'can',
    attempt: async scene => {
      const cart = await scene.start('cart')
      await certifyOwn(scene, EPOCH, EPOCH + HOUR)
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'call with the key of an honest service',
    ends: 'ERR_SIGNATURE_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { kid } = scene.shop.key
      return forged(await scene.callOf({ name: 'shop', key: { ...impostor.key, kid } }, cart))
    },
  },
  {
    what: 'certify for longer than a day',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { kid, algorithm: alg } = scene.registrar
      const header = { alg, kid, typ: CERTIFICATION_TYPE, iat: EPOCH, exp: EPOCH + DAY + 1 }
      const certification = await signCompact(header, scene.registrationOf(impostor), scene.registrar)
      await scene.store(impostor, `${certification}~${scene.delegation}`)
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'go on when his delegation has ended',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      scene.now = LATER
      const cart = await scene.start('cart')
      await certifyOwn(scene, LATER, LATER + HOUR)
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'certify in advance for the time after it',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      scene.now = LATER - DAY
      const cart = await scene.start('cart')
      await certifyOwn(scene, LATER - 2 * DAY, LATER - DAY)
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'delegate to another key of his',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const own = await generateSigningKey('ES256')
      const terms = { issuedAt: EPOCH, expiresAt: EPOCH + HOUR }
      const delegation = await signDelegation(own, scene.registrar, terms)
      const registration = scene.registrationOf(impostor)
      await scene.store(impostor, await signCertification(registration, own, terms, delegation))
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'go on when verifiers pin another root',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart', await generateSigningKey('EdDSA'))
      await certifyOwn(scene, EPOCH, EPOCH + HOUR)
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'publish a key again that was revoked',
    ends: 'ERR_KEY_REVOKED',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { name, key } = scene.shop
      await scene.engine.revoke(name, key.kid)
      const registration = await scene.certify(scene.registrationOf(scene.shop))
      const publication = { service: name, kid: key.kid, registration, expiresAt: EPOCH + HOUR }
      const published = await refusalOf(() => scene.engine.publish(publication))
      const called = await scene.callOf(scene.shop, cart)
      return published === called ? called : `${published}, ${called}`
    },
  },
]

/** He writes through the engine's front door: the tombstone's wall there is what each engine's own specs prove. */
export const REGISTRAR_THIEF: Thief = {
  who: 'who has the key of a registrar to whom the pinned root delegates, and its access to the registry',
  pins: 'root',
  attempts: ATTEMPTS,
}
