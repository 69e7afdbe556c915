import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { generateSigningKey, type SigningKey } from '../../../lib/jws/signing-key.js'
import { signRegistration } from '../../../lib/registry/registration.js'
import { refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication, signChanged } from '../signed-text.js'
import type { EngineSuite } from './engine-suite.js'

const NOW = 1500

/** What somebody wrote below cart's name that is no registration of the key under which it stands, and why it is refused. */
const GARBAGE: Readonly<
  Record<string, readonly [code: string, makeText: (key: SigningKey) => string | Promise<string>]>
> = {
  'what is no JWS': ['ERR_REGISTRATION_INVALID', () => 'garbage'],
  'an empty text': ['ERR_REGISTRATION_INVALID', () => ''],
  'what is no text': ['ERR_REGISTRATION_INVALID', () => '\u0000\u0001\uffff'],
  'a text of 16,385 characters': ['ERR_REGISTRATION_INVALID', () => 'x'.repeat(16_385)],
  'a text of 200,000 characters': ['ERR_REGISTRATION_INVALID', () => 'x'.repeat(200_000)],
  'the registration of another service': [
    'ERR_REGISTRATION_MISMATCH',
    key => signRegistration(key, { service: 'shop', notBefore: 1000, expiresAt: 2000 }),
  ],
  'the registration of another key': [
    'ERR_REGISTRATION_MISMATCH',
    async () => (await makePublication('cart')).registration,
  ],
  'a registration that another key signed': [
    'ERR_REGISTRATION_INVALID',
    async key => signChanged(key, { signer: await generateSigningKey('EdDSA') }),
  ],
}

/** What stands in an engine is not trusted because it stands there. */
export function describeTrust(suite: EngineSuite): void {
  describe('gives out only what verifies', () => {
    for (const [what, [code, makeText]] of Object.entries(GARBAGE)) {
      it(`never ${what}: ${code}`, async () => {
        const key = await generateSigningKey('EdDSA')
        const honest = await makePublication('cart')
        await suite.engine.plant('cart', honest.kid, honest.registration)
        await suite.engine.plant('cart', key.kid, await makeText(key))
        const finder = suite.finderOf('inventory')
        // An engine that leaves out what is no registration knows of no key.
        const outcome = await refusalOf(() => finder.find('cart', key.kid, NOW))
        expect(outcome).to.be.oneOf([code, 'ERR_KEY_UNKNOWN'])
        // It harms nobody else.
        expect((await finder.find('cart', honest.kid, NOW)).kid).to.equal(honest.kid)
        const listed = await suite.connectAs('inventory').list()
        expect(listed.find(({ kid }) => kid === honest.kid)?.registration).to.equal(honest.registration)
        for (const { registration = '' } of listed) expect(registration.length).to.be.at.most(16_385)
      })
    }

    it('never a registration that names another service and stands below its own: ERR_REGISTRATION_MISMATCH', async () => {
      const key = await generateSigningKey('EdDSA')
      const claim = await signRegistration(key, { service: 'cart', notBefore: 1000, expiresAt: 2000 })
      if (suite.capabilities.publish === 'yes') {
        const publication = { service: 'inventory', kid: key.kid, registration: claim, expiresAt: 2000 }
        await suite.connectAs('inventory').publish(publication)
      } else {
        await suite.engine.plant('inventory', key.kid, claim)
      }
      const finder = suite.finderOf('shop')
      expect(await refusalOf(() => finder.find('cart', key.kid, NOW))).to.equal('ERR_KEY_UNKNOWN')
      const below = await refusalOf(() => finder.find('inventory', key.kid, NOW))
      expect(below).to.be.oneOf(['ERR_REGISTRATION_MISMATCH', 'ERR_KEY_UNKNOWN'])
    })

    it('nothing under names that are no places, and lists none of them', async () => {
      const cart = await makePublication('cart')
      await suite.engine.plant('cart', cart.kid, cart.registration)
      for (const name of ['notes', `${cart.kid}.bak`, 'A'.repeat(44), `${cart.kid}.revoked.revoked`]) {
        await suite.engine.plant('cart', name, cart.registration)
      }
      const listed = await suite.connectAs('inventory').list()
      expect(listed.map(({ service, kid, revoked }) => ({ service, kid, revoked }))).to.deep.equal([
        { service: 'cart', kid: cart.kid, revoked: false },
      ])
    })

    it('no key that nobody registered: ERR_KEY_UNKNOWN', async () => {
      const finder = suite.finderOf('inventory')
      const kid = randomBytes(32).toString('base64url')
      expect(await refusalOf(() => finder.find('cart', kid, NOW))).to.equal('ERR_KEY_UNKNOWN')
      expect(await suite.connectAs('inventory').list()).to.deep.equal([])
    })

    it('a registration in its window, also just after it: chains are in flight', async () => {
      const cart = await makePublication('cart')
      await suite.engine.plant('cart', cart.kid, cart.registration)
      const found = await suite.finderOf('shop').find('cart', cart.kid, NOW)
      expect(found).to.include({ service: 'cart', kid: cart.kid, notBefore: 1000, expiresAt: 2000 })
    })

    it('a renewal of a key, within a second where it is watched', async () => {
      const key = await generateSigningKey('EdDSA')
      const finder = suite.finderOf('shop')
      await finder.watch()
      for (const expiresAt of [2000, 3000]) {
        const registration = await signRegistration(key, { service: 'cart', notBefore: 1000, expiresAt })
        await suite.registryOf('cart').publish({ service: 'cart', kid: key.kid, registration, expiresAt })
        const isFound = async () =>
          (await finder.find('cart', key.kid, NOW).catch(() => undefined))?.expiresAt === expiresAt
        await eventually(isFound, 10)
      }
    })
  })
}
