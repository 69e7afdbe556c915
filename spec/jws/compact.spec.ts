import { expect } from 'chai'
import fc from 'fast-check'
import { parseUnverifiedCompact, signCompact } from '../../lib/jws/compact.js'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { NotStrict } from '../../lib/jws/strict-json.js'

const HEADER = Buffer.from('{"alg":"ES256"}').toString('base64url')

/** Why a text is refused; `accepted` if it is not. Any other error than NotStrict goes on. */
function faultOf(text: string): string {
  try {
    parseUnverifiedCompact(text)
  } catch (error) {
    if (error instanceof NotStrict) return error.message
    throw error
  }
  return 'accepted'
}

describe('compact JWS', () => {
  it('comes apart into what was signed', async () => {
    const key = await generateSigningKey('ES256')
    const { header, payload, signature } = parseUnverifiedCompact(
      await signCompact({ alg: 'ES256', kid: key.kid }, 'päyload', key),
    )
    expect({ ...header }).to.deep.equal({ alg: 'ES256', kid: key.kid })
    expect(payload.toString()).to.equal('päyload')
    expect(signature).to.have.length(64)
  })

  it('has exactly three segments, none of them empty', () => {
    for (const text of [
      '',
      '.',
      '..',
      '...',
      HEADER,
      `${HEADER}.QQ`,
      `${HEADER}..QQ`,
      `${HEADER}.QQ.`,
      `.QQ.QQ`,
      `${HEADER}.QQ.QQ.`,
      `${HEADER}.QQ.QQ.QQ`,
      `${HEADER}.QQ.QQ.QQ.QQ`,
    ]) {
      expect(faultOf(text), text).to.equal('not three segments')
    }
    expect(faultOf(`${HEADER}.QQ.QQ`)).to.equal('accepted')
  })

  it('is canonical base64url in every segment', () => {
    for (const bad of ['QR', 'QQ==', 'QQ\n', ' QQ', 'Q', 'Q+', 'QUJ?']) {
      expect(faultOf(`${HEADER}.${bad}.QQ`), bad).to.equal('not canonical base64url')
      expect(faultOf(`${HEADER}.QQ.${bad}`), bad).to.equal('not canonical base64url')
      expect(faultOf(`${bad}.QQ.QQ`), bad).to.equal('not canonical base64url')
    }
  })

  it('has a header of strict JSON', () => {
    const withHeader = (json: string) => faultOf(`${Buffer.from(json).toString('base64url')}.QQ.QQ`)
    expect(withHeader('{"alg":"none","alg":"ES256"}')).to.equal('a duplicate member')
    expect(withHeader('[]')).to.equal('not an object')
  })

  it('comes apart or is NotStrict, whatever the text', () => {
    const part = fc.constantFrom(HEADER, 'QQ', 'e30', '.', '..', '', 'é', '\n', '=')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map(parts => parts.join('.')),
        ),
        text => {
          faultOf(text)
        },
      ),
      { numRuns: 3000 },
    )
  })
})
