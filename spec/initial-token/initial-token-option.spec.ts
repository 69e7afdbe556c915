import { inspect } from 'node:util'
import { expect } from 'chai'
import { type InitialTokenOption, readInitialTokenOption } from '../../lib/initial-token/initial-token-option.js'
import type { InitialTokenVerifier } from '../../lib/initial-token/initial-token-verifier.js'
import { refusalOf } from '../jws/refusal.js'
import { CLAIMS } from './issuer.js'

const claims = Object.freeze({})
const JWT: InitialTokenVerifier = { kind: 'jwt', issuer: CLAIMS.iss, verify: async () => ({ kind: 'jwt', claims }) }
const OPAQUE: InitialTokenVerifier = { ...JWT, kind: 'token' }

const optionCodeOf = (option: unknown) => refusalOf(() => readInitialTokenOption(option as InitialTokenOption))

describe('the option initialToken', () => {
  it('accepts user claims alone when it is left out, and else only what it names', () => {
    expect(readInitialTokenOption(undefined)).to.deep.equal({ verifiers: [], user: 'accept' })
    expect(readInitialTokenOption({ accept: [JWT] })).to.deep.equal({ verifiers: [JWT], user: 'refuse' })
    expect(readInitialTokenOption({ user: true })).to.deep.equal({ verifiers: [], user: 'accept' })
    expect(readInitialTokenOption({ accept: [JWT], user: true })).to.deep.equal({ verifiers: [JWT], user: 'accept' })
  })

  it('is refused when it is unknown, empty, or no verifiers: ERR_OPTION', async () => {
    const wrong: readonly unknown[] = [
      null,
      'jwt',
      {},
      [],
      { accept: [] },
      { accept: JWT },
      { accept: [], user: true },
      { accept: [JWT], users: true },
      { accept: [null] },
      { accept: [{}] },
      { accept: [{ ...JWT, kind: 'user' }] },
      { accept: [{ ...JWT, issuer: '' }] },
      { accept: [{ ...JWT, verify: undefined }] },
    ]
    for (const option of wrong) expect(await optionCodeOf(option), inspect(option)).to.equal('ERR_OPTION')
    for (const user of [false, 'true', 1, null])
      expect(await optionCodeOf({ accept: [JWT], user })).to.equal('ERR_OPTION')
  })

  it('is refused with two verifiers of one issuer and kind: ERR_OPTION', async () => {
    expect(await optionCodeOf({ accept: [JWT, { ...JWT }] })).to.equal('ERR_OPTION')
    expect(await optionCodeOf({ accept: [OPAQUE, { ...OPAQUE }] })).to.equal('ERR_OPTION')
    expect(await optionCodeOf({ accept: [JWT, OPAQUE] })).to.equal('accepted')
  })
})
