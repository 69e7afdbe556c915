import { signCompact } from '../../lib/jws/compact.js'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { signCertification } from '../../lib/registry/registrar/certification.js'
import { DELEGATION_TYPE, signDelegation } from '../../lib/registry/registrar/delegation.js'
import { EPOCH } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { type Attempt, forged, type Thief } from './thief.js'

const HOUR = 3600
const MONTH = 31 * 86_400
const TERMS = { issuedAt: EPOCH, expiresAt: EPOCH + HOUR }

const impostor = forgeSigner('shop', 'ES256', "the thief's own key")

const ATTEMPTS: readonly Attempt[] = [
  {
    what: 'delegate to himself, and certify a key of his own as any service',
    ends: 'can',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const own = await generateSigningKey('ES256')
      const delegation = await signDelegation(own, scene.root, TERMS)
      await scene.store(impostor, await signCertification(scene.registrationOf(impostor), own, TERMS, delegation))
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'certify it without a delegation',
    ends: 'can',
    attempt: async scene => {
      const cart = await scene.start('cart')
      await scene.store(impostor, await signCertification(scene.registrationOf(impostor), scene.root, TERMS))
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
    what: 'delegate for longer than 31 days',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const own = await generateSigningKey('ES256')
      const { kid, algorithm: alg } = scene.root
      const header = { alg, kid, typ: DELEGATION_TYPE, iat: EPOCH, exp: EPOCH + MONTH + 1 }
      const payload = JSON.stringify({ jwk: own.publicJwk, alg: own.algorithm })
      const delegation = await signCompact(header, payload, scene.root)
      await scene.store(impostor, await signCertification(scene.registrationOf(impostor), own, TERMS, delegation))
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'go on when verifiers pin another root',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart', await generateSigningKey('EdDSA'))
      await scene.store(impostor, await signCertification(scene.registrationOf(impostor), scene.root, TERMS))
      return forged(await scene.callOf(impostor, cart))
    },
  },
]

export const ROOT_THIEF: Thief = {
  who: 'who has the key of the pinned root, and may write into the registry',
  pins: 'root',
  attempts: ATTEMPTS,
}
