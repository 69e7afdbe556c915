import { expect } from 'chai'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import type { RegistryEntry } from '../../lib/model/registry.js'
import { makeInspector } from '../../lib/registry/inspection.js'
import { signCertification } from '../../lib/registry/registrar/certification.js'
import { signDelegation } from '../../lib/registry/registrar/delegation.js'
import { makePublication } from './signed-text.js'

describe('inspection of a registry', () => {
  let root: SigningKey
  let registrar: SigningKey
  let cart: SigningKey
  let bare: RegistryEntry
  let certified: RegistryEntry
  let delegated: RegistryEntry

  before(async () => {
    root = await generateSigningKey('EdDSA')
    registrar = await generateSigningKey('ES256')
    cart = await generateSigningKey('ES256')
    const { service, kid, registration } = await makePublication('cart', cart)
    bare = { service, kid, registration, revoked: false }
    const terms = { issuedAt: 1000, expiresAt: 1900 }
    const delegation = await signDelegation(registrar, root, { issuedAt: 900, expiresAt: 3000 })
    certified = { ...bare, registration: await signCertification(registration, registrar, terms) }
    delegated = { ...bare, registration: await signCertification(registration, registrar, terms, delegation) }
  })

  const at = (now: number, registrars?: SigningKey[]) =>
    makeInspector({ clock: () => now, ...(registrars && { registrars: registrars.map(key => key.publicJwk) }) })

  it('tells when a registration is valid, to the second', async () => {
    const stateAt = async (now: number) => (await (await at(now))(bare)).state
    expect(await stateAt(999)).to.equal('not yet valid')
    expect(await stateAt(1000)).to.equal('valid')
    expect(await stateAt(1999)).to.equal('valid')
    expect(await stateAt(2000)).to.equal('expired')
  })

  it('tells what is in a registration that it has verified', async () => {
    const { service, kid } = bare
    const window = { notBefore: 1000, expiresAt: 2000 }
    expect(await (await at(1500))(bare)).to.deep.equal({
      ...{ service, kid, inspectedAt: 1500, state: 'valid', algorithm: 'ES256' },
      ...window,
    })
  })

  it('lets a tombstone win, whatever stands beside it', async () => {
    const inspect = await at(1500)
    expect(await inspect({ ...bare, revoked: true })).to.include({ state: 'revoked', expiresAt: 2000 })
    const { registration: _, ...alone } = bare
    expect(await inspect({ ...alone, revoked: true })).to.include({ state: 'revoked' })
    const garbage = await inspect({ ...bare, registration: 'x', revoked: true })
    expect(garbage).to.include({ state: 'revoked' })
    expect(garbage.problem?.code).to.equal('ERR_REGISTRATION_INVALID')
    expect(garbage).to.not.have.property('algorithm')
  })

  it('refuses what is no registration of this place, and tells nothing of it', async () => {
    const inspect = await at(1500)
    const { registration: _, ...alone } = bare
    for (const [entry, code] of [
      [{ ...bare, service: 'shop' }, 'ERR_REGISTRATION_MISMATCH'],
      [{ ...bare, registration: `${bare.registration}A` }, 'ERR_REGISTRATION_INVALID'],
      [alone, 'ERR_KEY_UNKNOWN'],
    ] as const) {
      const inspection = await inspect(entry)
      expect(inspection.state).to.equal('refused')
      expect(inspection.problem?.code).to.equal(code)
      expect(inspection).to.not.have.any.keys('algorithm', 'notBefore', 'expiresAt', 'certification')
    }
  })

  it('tells who certified, and whether that was verified', async () => {
    const unpinned = await at(1500)
    expect((await unpinned(bare)).certification).to.equal(undefined)
    expect((await unpinned(certified)).certification).to.deep.equal({ registrar: registrar.kid, isVerified: false })
    const pinned = await at(1500, [root])
    expect(await pinned(delegated)).to.deep.include({
      state: 'valid',
      expiresAt: 1900,
      certification: { registrar: registrar.kid, root: root.kid, isVerified: true },
    })
    for (const entry of [bare, certified]) {
      const inspection = await pinned(entry)
      expect(inspection).to.include({ state: 'refused' })
      expect(inspection.problem?.code).to.equal('ERR_CERTIFICATION_INVALID')
    }
  })

  it('refuses options that it does not understand', async () => {
    for (const options of [{ registrar: [] }, { registrars: [] }]) {
      const error = await makeInspector(options as object).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'ERR_OPTION')
    }
  })
})
