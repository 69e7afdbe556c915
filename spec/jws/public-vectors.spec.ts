import { expect } from 'chai'
import { compactVerify } from 'jose'
import { KeyInvalid } from '../../lib/errors.js'
import { type IssuerKey, readIssuerKey } from '../../lib/initial-token/issuer-key.js'
import { isJwtAlgorithm } from '../../lib/initial-token/jwt-algorithm.js'
import { KeySet } from '../../lib/initial-token/key-set.js'
import { parseUnverifiedCompact } from '../../lib/jws/compact.js'
import { importPublicJwk } from '../../lib/jws/public-key.js'
import { verifyBytes } from '../../lib/jws/signature.js'
import { NotStrict } from '../../lib/jws/strict-json.js'
import { expectVerdicts, type Jwk, type Pins, readGroups, type VectorGroup, type Verdict } from './wycheproof.js'

const OTHER_ALGORITHM = "marked valid, but the header's algorithm is not the key's"
const NO_PAYLOAD = 'marked valid, but without a payload there are no claims, no registration and no hop'
const SYMMETRIC = 'marked valid, but made with a symmetric key'
const ENCRYPTED = 'marked valid, but a JWE'
const NOT_BASE64URL = 'marked valid, but a `?` stands inside the base64url; and made with a symmetric key'

const JSON_WEB_SIGNATURE: Pins = {
  1: SYMMETRIC,
  259: NO_PAYLOAD,
  264: NO_PAYLOAD,
  268: NO_PAYLOAD,
  272: NO_PAYLOAD,
  320: NO_PAYLOAD,
  325: NO_PAYLOAD,
  346: OTHER_ALGORITHM,
  347: "marked valid, but the key's algorithm, ES521, does not exist",
  348: SYMMETRIC,
  350: OTHER_ALGORITHM,
  351: "marked valid, but the key's algorithm, ES521, does not exist",
  352: SYMMETRIC,
  357: SYMMETRIC,
  358: SYMMETRIC,
  359: SYMMETRIC,
  372: NOT_BASE64URL,
  373: NOT_BASE64URL,
  376: SYMMETRIC,
  377: SYMMETRIC,
}
const JSON_WEB_KEY: Pins = { 2: SYMMETRIC, 13: SYMMETRIC, 14: SYMMETRIC, 15: SYMMETRIC }
const JSON_WEB_CRYPTO: Pins = { 1: SYMMETRIC, 48: SYMMETRIC, 50: ENCRYPTED, 67: ENCRYPTED }

/** How an initial token is judged: our parser, our key checks, then jose with the one key that fits. */
async function judgeByIssuerKeys(jwks: readonly Jwk[], text: string): Promise<Verdict> {
  try {
    const { alg, kid } = parseUnverifiedCompact(text).header
    if (!isJwtAlgorithm(alg) || (kid !== undefined && typeof kid !== 'string')) return 'refused'
    const key = new KeySet(readKeys(jwks)).pick({ alg, kid })
    if (key === undefined) return 'refused'
    await compactVerify(text, key, { algorithms: [alg] })
    return 'accepted'
  } catch {
    return 'refused'
  }
}

function readKeys(jwks: readonly Jwk[]): IssuerKey[] {
  return jwks.map(readKey).filter(key => key !== undefined)
}

function readKey(jwk: Jwk): IssuerKey | undefined {
  try {
    return readIssuerKey(jwk)
  } catch (error) {
    if (error instanceof KeyInvalid) return undefined
    throw error
  }
}

/** How a hop or a registration is judged: our parser, key import and verification. */
async function judgeAsHop(jwk: Jwk, text: string): Promise<Verdict> {
  try {
    const { header, signature } = parseUnverifiedCompact(text)
    if (header.alg !== 'ES256') return 'refused'
    const { key } = await importPublicJwk(jwk, 'ES256')
    const input = Buffer.from(text.slice(0, text.lastIndexOf('.')))
    return verifyBytes({ algorithm: 'ES256', publicKey: key }, input, signature) ? 'accepted' : 'refused'
  } catch (error) {
    if (error instanceof NotStrict || error instanceof KeyInvalid) return 'refused'
    throw error
  }
}

function keysOf(group: VectorGroup): readonly Jwk[] {
  const set = group.public ?? group.private ?? {}
  return Array.isArray(set.keys) ? set.keys : [set]
}

describe('public vectors of JOSE', () => {
  it('of Wycheproof, json_web_signature: every verdict is the label or pinned', async function () {
    const groups = readGroups(this, 'json_web_signature')
    const counts = await expectVerdicts(groups, JSON_WEB_SIGNATURE, (group, { jws = '' }) =>
      judgeByIssuerKeys(keysOf(group), jws),
    )
    expect(counts).to.deep.equal({ 'valid accepted': 26, 'invalid refused': 355 })
  })

  it('of Wycheproof, json_web_signature: the keys of 353 to 356 are refused for their `use` or `key_ops`, and for nothing else', async function () {
    const groups = readGroups(this, 'json_web_signature').filter(({ tests }) =>
      tests.some(({ tcId }) => tcId >= 353 && tcId <= 356),
    )
    expect(groups).to.have.length(4)
    for (const group of groups) {
      const { use: _use, key_ops: _operations, ...jwk } = group.public ?? {}
      for (const { jws = '' } of group.tests) {
        expect(await judgeByIssuerKeys([group.public ?? {}], jws)).to.equal('refused')
        expect(await judgeByIssuerKeys([jwk], jws)).to.equal('accepted')
      }
    }
  })

  it('of Wycheproof, json_web_signature: what is marked for its encoding alone is judged by our parser alone', async function () {
    const groups = readGroups(this, 'json_web_signature').filter(({ comment }) => comment === 'base64')
    const tests = groups.flatMap(group => group.tests)
    const text = (tcId: number) => tests.find(test => test.tcId === tcId)?.jws
    // Marked invalid for their padding, and byte for byte the valid 357.
    for (const tcId of [367, 370]) expect(text(tcId)).to.equal(text(357))
    // Marked valid, with a `?` inside.
    for (const tcId of [372, 373]) expect(text(tcId)).to.contain('?')
    const accepted = tests.filter(({ jws = '' }) => parses(jws)).map(({ tcId }) => tcId)
    expect(accepted).to.deep.equal([357, 358, 359, 367, 370, 376, 377])
  })

  it('of Wycheproof, json_web_signature: a hop is judged as an initial token is', async function () {
    const groups = readGroups(this, 'json_web_signature').filter(({ public: jwk }) => jwk?.crv === 'P-256')
    const counts = await expectVerdicts(groups, {}, (group, { jws = '' }) => {
      const { kid: _, ...jwk } = group.public ?? {}
      return judgeAsHop(jwk, jws)
    })
    expect(counts).to.deep.equal({ 'valid accepted': 2, 'invalid refused': 39 })
  })

  it('of Wycheproof, json_web_key: every verdict is the label or pinned', async function () {
    const groups = readGroups(this, 'json_web_key')
    const counts = await expectVerdicts(groups, JSON_WEB_KEY, (group, { jws = '' }) =>
      judgeByIssuerKeys(keysOf(group), jws),
    )
    expect(counts).to.deep.equal({ 'valid accepted': 1, 'invalid refused': 21 })
  })

  it('of Wycheproof, json_web_key: the keys of an invalid set are left out one by one', async function () {
    for (const group of readGroups(this, 'json_web_key')) {
      const usable = group.tests.some(({ result }) => result === 'valid') && group.public !== undefined
      const mixed = group.comment === 'jws_mixedSymmetryKeyset'
      expect(readKeys(keysOf(group)).length, group.comment).to.equal(usable || mixed ? 1 : 0)
    }
  })

  it('of Wycheproof, json_web_crypto: every verdict is the label or pinned, and JWEs are refused', async function () {
    const groups = readGroups(this, 'json_web_crypto')
    const counts = await expectVerdicts(groups, JSON_WEB_CRYPTO, (group, { jws, jwe }) =>
      judgeByIssuerKeys(keysOf(group), jws ?? jwe ?? ''),
    )
    expect(counts).to.deep.equal({ 'valid accepted': 2, 'invalid refused': 77 })
  })
})

function parses(text: string): boolean {
  try {
    parseUnverifiedCompact(text)
    return true
  } catch (error) {
    if (error instanceof NotStrict) return false
    throw error
  }
}
