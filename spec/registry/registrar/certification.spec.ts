import { expect } from 'chai'
import { signCompact } from '../../../lib/jws/compact.js'
import { generateSigningKey, type SigningKey } from '../../../lib/jws/signing-key.js'
import { signCertification } from '../../../lib/registry/registrar/certification.js'
import { signDelegation } from '../../../lib/registry/registrar/delegation.js'
import { resolveRegistrars } from '../../../lib/registry/registrar/pinned-registrars.js'
import { type RegistrationVerifier, signRegistration } from '../../../lib/registry/registration.js'
import { refusalOf } from '../../jws/refusal.js'

const DAY = 86_400
const INVALID = 'ERR_CERTIFICATION_INVALID'

describe('certification of registrations', () => {
  let root: SigningKey
  let registrar: SigningKey
  let stranger: SigningKey
  let cart: SigningKey
  let registration: string
  let delegation: string
  let pinsRoot: RegistrationVerifier
  let pinsRegistrar: RegistrationVerifier
  let pinsNobody: RegistrationVerifier

  before(async () => {
    root = await generateSigningKey('EdDSA')
    registrar = await generateSigningKey('ES256')
    stranger = await generateSigningKey('ES256')
    cart = await generateSigningKey('ES256')
    registration = await signRegistration(cart, { service: 'cart', notBefore: 1000, expiresAt: 2000 })
    delegation = await signDelegation(registrar, root, { issuedAt: 900, expiresAt: 900 + DAY })
    pinsRoot = await resolveRegistrars([root.publicJwk])
    pinsRegistrar = await resolveRegistrars([stranger.publicJwk, registrar.publicJwk])
    pinsNobody = await resolveRegistrars(undefined)
  })

  const place = () => ({ service: 'cart', kid: cart.kid })
  const codeOf = (verify: RegistrationVerifier, text: unknown) => refusalOf(() => verify(text as string, place()))
  const certify = (delegationText?: string, terms = { issuedAt: 1000, expiresAt: 2000 }, signer = registrar) =>
    signCertification(registration, signer, terms, delegationText)

  /** A certification with some members of its own, properly signed. */
  const craft = (header: object, payload = registration, signer = registrar) =>
    signCompact(
      { alg: signer.algorithm, kid: signer.kid, typ: 'certification+jws', iat: 1000, exp: 2000, ...header },
      payload,
      signer,
    )

  /** A delegation with some members of its own, properly signed. */
  const craftDelegation = (header: object, payload?: unknown, signer = root) =>
    signCompact(
      { alg: signer.algorithm, kid: signer.kid, typ: 'delegation+jws', iat: 900, exp: 3000, ...header },
      JSON.stringify(payload ?? { jwk: registrar.publicJwk, alg: registrar.algorithm }),
      signer,
    )

  it('is accepted from a registrar that is pinned, and ends with the certification', async () => {
    const verified = await pinsRegistrar(await certify(), place())
    expect(verified).to.include({ service: 'cart', kid: cart.kid, notBefore: 1000, expiresAt: 2000 })
    const shorter = await pinsRegistrar(await certify(undefined, { issuedAt: 1000, expiresAt: 1500 }), place())
    expect(shorter.expiresAt).to.equal(1500)
    const longer = await pinsRegistrar(await certify(undefined, { issuedAt: 1000, expiresAt: 9000 }), place())
    expect(longer.expiresAt).to.equal(2000)
  })

  it('is accepted from a registrar that a pinned root delegates to', async () => {
    expect(await pinsRoot(await certify(delegation), place())).to.include({ service: 'cart', expiresAt: 2000 })
  })

  it('is refused without a certification, whoever is pinned', async () => {
    expect(await codeOf(pinsRegistrar, registration)).to.equal(INVALID)
    expect(await codeOf(pinsRoot, registration)).to.equal(INVALID)
  })

  it('is refused from anybody else, and from a registrar without its delegation where the root is pinned', async () => {
    expect(await codeOf(pinsRoot, await certify(undefined, undefined, stranger))).to.equal(INVALID)
    expect(await codeOf(pinsRoot, await certify())).to.equal(INVALID)
    expect(await codeOf(pinsRegistrar, await certify(undefined, undefined, cart))).to.equal(INVALID)
  })

  it('is refused where a stranger claims the kid of a registrar', async () => {
    expect(await codeOf(pinsRegistrar, await craft({ kid: registrar.kid }, registration, stranger))).to.equal(INVALID)
    expect(
      await codeOf(pinsRoot, `${await craft({ kid: registrar.kid }, registration, stranger)}~${delegation}`),
    ).to.equal(INVALID)
  })

  it('is refused with a delegation to somebody else, by somebody else, or by the registrar itself', async () => {
    const toStranger = await signDelegation(stranger, root, { issuedAt: 900, expiresAt: 3000 })
    expect(await codeOf(pinsRoot, await certify(toStranger))).to.equal(INVALID)
    const byStranger = await signDelegation(registrar, stranger, { issuedAt: 900, expiresAt: 3000 })
    expect(await codeOf(pinsRoot, await certify(byStranger))).to.equal(INVALID)
    const onward = await signDelegation(stranger, registrar, { issuedAt: 900, expiresAt: 3000 })
    expect(await codeOf(pinsRoot, await certify(onward, undefined, stranger))).to.equal(INVALID)
    expect(await codeOf(pinsRoot, `${await certify(onward, undefined, stranger)}~${delegation}`)).to.equal(INVALID)
  })

  it('is refused outside the time of its delegation', async () => {
    const at = (issuedAt: number, expiresAt: number) => certify(delegation, { issuedAt, expiresAt })
    expect(await codeOf(pinsRoot, await at(900, 900 + DAY))).to.equal('accepted')
    expect(await codeOf(pinsRoot, await at(899, 1000))).to.equal(INVALID)
    expect(await codeOf(pinsRoot, await at(2000, 901 + DAY))).to.equal(INVALID)
  })

  it('is refused at another place than the registration names', async () => {
    const text = await certify()
    expect(await refusalOf(() => pinsRegistrar(text, { service: 'shop', kid: cart.kid }))).to.equal(
      'ERR_REGISTRATION_MISMATCH',
    )
    expect(await refusalOf(() => pinsRegistrar(text, { service: 'cart', kid: stranger.kid }))).to.equal(
      'ERR_REGISTRATION_MISMATCH',
    )
  })

  it('does not make a registration out of what is none', async () => {
    expect(await codeOf(pinsRegistrar, await craft({}, 'garbage'))).to.equal('ERR_REGISTRATION_INVALID')
    expect(await codeOf(pinsRegistrar, await craft({}, ''))).to.equal(INVALID)
    expect(await codeOf(pinsRegistrar, await craft({}, await certify()))).to.equal('ERR_REGISTRATION_INVALID')
    const forged = await signCompact(
      { alg: 'ES256', kid: cart.kid, typ: 'registration+jws' },
      JSON.stringify({ service: 'cart', jwk: cart.publicJwk, alg: 'ES256', nbf: 1000, exp: 2000 }),
      stranger,
    )
    expect(await codeOf(pinsRegistrar, await craft({}, forged))).to.equal('ERR_REGISTRATION_INVALID')
  })

  it('keeps to a closed header in both statements', async () => {
    const wrong = [
      { typ: 'registration+jws' },
      { typ: 'delegation+jws' },
      { typ: 'hop+jws' },
      { typ: undefined },
      { alg: 'none' },
      { alg: 'HS256' },
      { alg: undefined },
      { kid: undefined },
      { kid: 'short' },
      { iat: undefined },
      { exp: undefined },
      { iat: 2000 },
      { iat: 1000.5 },
      { iat: -1 },
      { iat: '1000' },
      { exp: 1000 + DAY + 1 },
      { exp: Number.MAX_SAFE_INTEGER },
      { crit: ['b64'] },
      { b64: false },
      { jwk: { kty: 'EC' } },
      { x5c: [] },
    ]
    for (const header of wrong) {
      const what = JSON.stringify(header)
      expect(await codeOf(pinsRegistrar, await craft(header)), what).to.equal(INVALID)
      const long = 'exp' in header && header.exp === 1000 + DAY + 1
      const other = header.typ === 'delegation+jws' && { typ: 'certification+jws' }
      const wrongDelegation = await craftDelegation({ ...header, ...other, ...(long && { exp: 901 + 31 * DAY }) })
      expect(await codeOf(pinsRoot, await certify(wrongDelegation)), `delegation ${what}`).to.equal(INVALID)
    }
  })

  it('delegates exactly a key that passes the import checks', async () => {
    const { publicJwk, algorithm: alg } = registrar
    const payloads = [
      {},
      [],
      null,
      { jwk: publicJwk },
      { jwk: publicJwk, alg: 'EdDSA' },
      { jwk: publicJwk, alg, service: 'cart' },
      { jwk: { ...publicJwk, d: 'AAAA' }, alg },
      { jwk: { ...publicJwk, kty: 'oct', k: 'AAAA' }, alg },
      { jwk: 'text', alg },
      { jwk: stranger.publicJwk, alg },
    ]
    for (const payload of payloads) {
      const text = await signCompact(
        { alg: root.algorithm, kid: root.kid, typ: 'delegation+jws', iat: 900, exp: 3000 },
        JSON.stringify(payload),
        root,
      )
      expect(await codeOf(pinsRoot, await certify(text)), JSON.stringify(payload)).to.equal(INVALID)
    }
  })

  it('refuses every single character that is changed, added or taken away', async () => {
    const text = await certify(delegation)
    for (let at = 0; at < text.length; at += 3) {
      const other = text[at] === 'A' ? 'B' : 'A'
      for (const edited of [
        text.slice(0, at) + other + text.slice(at + 1),
        text.slice(0, at) + text.slice(at + 1),
        text.slice(0, at) + other + text.slice(at),
        text.slice(0, at),
      ]) {
        expect(await codeOf(pinsRoot, edited), `at ${at}`).to.match(/^ERR_(CERTIFICATION|REGISTRATION|KEY)_INVALID$/)
      }
    }
  })

  it('refuses what is no text, or too much of it', async () => {
    const swollen = `${await certify(delegation)}~${delegation}`
    for (const value of [
      undefined,
      null,
      7,
      {},
      '',
      '~',
      '..',
      '...',
      'a.b.c',
      swollen,
      `~${delegation}`,
      'x'.repeat(20_000),
    ]) {
      expect(await codeOf(pinsRoot, value), String(value).slice(0, 20)).to.equal(INVALID)
    }
  })

  it('is looked through by a verifier that pins nobody, and adds nothing', async () => {
    expect(await pinsNobody(registration, place())).to.include({ service: 'cart', expiresAt: 2000 })
    expect(await pinsNobody(await certify(), place())).to.include({ service: 'cart', expiresAt: 2000 })
    expect(await pinsNobody(await certify(delegation, undefined, stranger), place())).to.include({ expiresAt: 2000 })
    const forged = await signCompact(
      { alg: 'ES256', kid: cart.kid, typ: 'registration+jws' },
      JSON.stringify({ service: 'cart', jwk: cart.publicJwk, alg: 'ES256', nbf: 1000, exp: 2000 }),
      stranger,
    )
    expect(await codeOf(pinsNobody, await craft({}, forged))).to.equal('ERR_REGISTRATION_INVALID')
    expect(await codeOf(pinsNobody, await craft({ iat: 'x' }))).to.equal(INVALID)
  })

  it('takes public keys of services as pins, and nothing else (ERR_OPTION)', async () => {
    const { publicJwk } = registrar
    const wrong: unknown[] = [
      [],
      {},
      'key',
      [undefined],
      ['key'],
      [{}],
      [{ ...publicJwk, d: 'AAAA' }],
      [{ kty: 'RSA' }],
      [publicJwk, null],
    ]
    for (const registrars of wrong) {
      const resolve = () => resolveRegistrars(registrars as [])
      expect(await refusalOf(resolve), JSON.stringify(registrars)).to.equal('ERR_OPTION')
    }
  })

  it('refuses to sign for no time, or for too long (ERR_OPTION)', async () => {
    for (const [issuedAt, expiresAt] of [
      [1000, 1000],
      [1000, 999],
      [1000, 1001 + DAY],
      [1.5, 1000],
      [-1, 100],
    ] as const) {
      expect(await refusalOf(() => certify(undefined, { issuedAt, expiresAt }))).to.equal('ERR_OPTION')
    }
    const long = { issuedAt: 0, expiresAt: 31 * DAY + 1 }
    expect(await refusalOf(() => signDelegation(registrar, root, long))).to.equal('ERR_OPTION')
  })
})
