import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { signCertification } from '../../lib/registry/registrar/certification.js'
import { EPOCH } from '../forge/hop.js'
import { forgeSigner, type Signer } from '../forge/key.js'
import type { Scene } from './scene.js'
import { type Attempt, forged, prevented, type Thief } from './thief.js'

const HOUR = 3600
const DAY = 86_400
const PAYLOAD = 1

/** Changes the payload of a JWS, and leaves its signature. */
function rewrite(text: string, change: (payload: string) => string): string {
  const parts = text.split('.')
  const payload = Buffer.from(parts[PAYLOAD] ?? '', 'base64url').toString()
  parts[PAYLOAD] = Buffer.from(change(payload)).toString('base64url')
  return parts.join('.')
}

/** Changes members of the registration of shop, inside its certification where it has one. */
async function tampered(scene: Scene, members: object): Promise<string> {
  const change = (registration: string) =>
    rewrite(registration, payload => JSON.stringify({ ...JSON.parse(payload), ...members }))
  const found = await foundAt(scene, scene.shop)
  return scene.pins === 'nobody' ? change(found) : rewrite(found, change)
}

async function foundAt({ engine }: Scene, { name, key }: Signer): Promise<string> {
  return (await engine.find(name, key.kid))?.registration ?? ''
}

/** Stores a registration at the place of shop's key in place of its own, and calls with that key. */
async function callWith(scene: Scene, registration: string): Promise<string> {
  const cart = await scene.start('cart')
  await scene.store(scene.shop, registration)
  return forged(await scene.callOf(scene.shop, cart, scene.now))
}

/** A key of the thief under the name of shop. */
const impostor = forgeSigner('shop', 'ES256', "the thief's own key")

/** What he tries, and how that ends without registrars and with them. */
type EngineAttempt = Omit<Attempt, 'ends'> & {
  readonly ends: { readonly unpinned: string; readonly pinned: string }
}

const ATTEMPTS: readonly EngineAttempt[] = [
  {
    what: 'register a key of his own as any service',
    ends: { unpinned: 'can', pinned: 'ERR_CERTIFICATION_INVALID' },
    attempt: async scene => {
      const cart = await scene.start('cart')
      await scene.store(impostor, scene.registrationOf(impostor))
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'put a key of his own behind the kid of another',
    ends: { unpinned: 'ERR_KEY_INVALID', pinned: 'ERR_CERTIFICATION_INVALID' },
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { kid } = scene.shop.key
      const registration = scene.registrationOf(impostor, { header: { kid } })
      scene.engine.put('shop', kid, { registration, revoked: false })
      return forged(await scene.callOf({ name: 'shop', key: { ...impostor.key, kid } }, cart))
    },
  },
  {
    what: 'pass the registration of one service for that of another',
    ends: { unpinned: 'ERR_REGISTRATION_MISMATCH', pinned: 'ERR_REGISTRATION_MISMATCH' },
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { key } = scene.mallory
      await scene.store({ name: 'shop', key }, await foundAt(scene, scene.mallory))
      return forged(await scene.callOf({ name: 'shop', key }, cart))
    },
  },
  {
    what: 'extend a registration whose key he has not',
    ends: { unpinned: 'ERR_REGISTRATION_INVALID', pinned: 'ERR_CERTIFICATION_INVALID' },
    attempt: async scene => {
      scene.now = EPOCH + HOUR + 1
      return await callWith(scene, await tampered(scene, { exp: EPOCH + DAY - HOUR }))
    },
  },
  {
    what: 'date one back, before its key was registered',
    ends: { unpinned: 'ERR_REGISTRATION_INVALID', pinned: 'ERR_CERTIFICATION_INVALID' },
    attempt: async scene => {
      scene.now = EPOCH - HOUR - 60
      return await callWith(scene, await tampered(scene, { nbf: EPOCH - 2 * HOUR }))
    },
  },
  {
    what: 'use a stolen key by a registration that has ended',
    ends: { unpinned: 'ERR_HOP_OUTSIDE_REGISTRATION', pinned: 'ERR_HOP_OUTSIDE_REGISTRATION' },
    attempt: async scene => {
      const registration = await foundAt(scene, scene.shop)
      scene.now = EPOCH + HOUR + 1
      return await callWith(scene, registration)
    },
  },
  {
    what: 'register a stolen key again, for longer',
    ends: { unpinned: 'can', pinned: 'ERR_CERTIFICATION_INVALID' },
    attempt: async scene => {
      scene.now = EPOCH + HOUR + 1
      return await callWith(scene, scene.registrationOf(scene.shop, { from: scene.now, until: scene.now + HOUR }))
    },
  },
  {
    what: 'withhold a key, so that its calls are refused',
    ends: { unpinned: 'can', pinned: 'can' },
    attempt: async scene => {
      const cart = await scene.start('cart')
      const before = await scene.callOf(scene.shop, cart)
      scene.engine.put('shop', scene.shop.key.kid, undefined)
      return prevented(before, await scene.callOf(scene.shop, cart))
    },
  },
  {
    what: 'withhold it by a tombstone, garbage or an earlier registration in its place',
    ends: { unpinned: 'can', pinned: 'can' },
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { kid } = scene.shop.key
      const honest = await foundAt(scene, scene.shop)
      const earlier = await scene.certify(scene.registrationOf(scene.shop, { until: EPOCH - 60 }))
      const verdicts = new Set<string>()
      for (const stored of [
        { registration: honest, revoked: true },
        { registration: 'garbage', revoked: false },
        { registration: earlier, revoked: false },
      ]) {
        scene.engine.put('shop', kid, { registration: honest, revoked: false })
        const before = await scene.callOf(scene.shop, cart)
        scene.engine.put('shop', kid, stored)
        verdicts.add(prevented(before, await scene.callOf(scene.shop, cart)))
      }
      return [...verdicts].join()
    },
  },
  {
    what: 'withhold a revocation, or take it back, until the registration ends',
    ends: { unpinned: 'can', pinned: 'can' },
    attempt: async scene => {
      const cart = await scene.start('cart')
      const { kid } = scene.shop.key
      const registration = await foundAt(scene, scene.shop)
      await scene.engine.revoke('shop', kid)
      const revoked = await scene.callOf(scene.shop, cart)
      scene.engine.put('shop', kid, { registration, revoked: false })
      const verdicts = [await scene.callOf(scene.shop, cart)]
      for (const [now, issuedAt] of [
        [EPOCH + HOUR - 300, EPOCH + HOUR - 300],
        [EPOCH + HOUR - 299, EPOCH + HOUR - 299],
        [EPOCH + DAY, EPOCH + DAY],
      ] as const) {
        scene.now = now
        verdicts.push(await scene.callOf(scene.shop, cart, issuedAt))
      }
      const outside = 'ERR_HOP_OUTSIDE_REGISTRATION'
      const expected = ['ERR_KEY_REVOKED', 'accepted', 'accepted', outside, outside]
      return JSON.stringify([revoked, ...verdicts]) === JSON.stringify(expected) ? 'can' : verdicts.join()
    },
  },
]

const CERTIFYING: readonly Attempt[] = [
  {
    what: 'certify a key of his own, with the delegation of the registrar beside it',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const own = await generateSigningKey('ES256')
      const terms = { issuedAt: EPOCH, expiresAt: EPOCH + HOUR }
      const registration = scene.registrationOf(impostor)
      await scene.store(impostor, await signCertification(registration, own, terms, scene.delegation))
      return forged(await scene.callOf(impostor, cart))
    },
  },
  {
    what: 'put its registration into the certification of another',
    ends: 'ERR_CERTIFICATION_INVALID',
    attempt: async scene => {
      const cart = await scene.start('cart')
      const certification = await foundAt(scene, scene.mallory)
      await scene.store(
        impostor,
        rewrite(certification, () => scene.registrationOf(impostor)),
      )
      return forged(await scene.callOf(impostor, cart))
    },
  },
]

export const ENGINE_OWNER: Thief = {
  who: "who owns the registry's engine, where verifiers pin nobody",
  pins: 'nobody',
  attempts: ATTEMPTS.map(({ ends, ...attempt }) => ({ ...attempt, ends: ends.unpinned })),
}

export const ENGINE_OWNER_BEHIND_REGISTRARS: Thief = {
  who: "who owns the registry's engine, where verifiers pin registrars (`registrars`)",
  pins: 'root',
  attempts: [...ATTEMPTS.map(({ ends, ...attempt }) => ({ ...attempt, ends: ends.pinned })), ...CERTIFYING],
}
