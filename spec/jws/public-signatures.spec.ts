import { constants, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { KeyInvalid } from '../../lib/errors.js'
import { readIssuerKey } from '../../lib/initial-token/issuer-key.js'
import { importPublicJwk } from '../../lib/jws/public-key.js'
import { verifyBytes } from '../../lib/jws/signature.js'
import type { Algorithm } from '../../lib/model/algorithm.js'
import { externalData } from '../external-data.js'
import { expectVerdicts, type Jwk, readGroups, type VectorGroup, type Verdict } from './wycheproof.js'

const hex = (text: string) => Buffer.from(text, 'hex')

const IS_NODE_26 = Number.parseInt(process.versions.node, 10) >= 26

describe('public vectors of signatures', () => {
  it('of Wycheproof, ECDSA on P-256 in P1363 form: every verdict is the label', async function () {
    const counts = await expectVerdicts(readGroups(this, 'ecdsa_secp256r1_sha256_p1363'), {}, (group, test) =>
      judgeSignature('ES256', p256Of(group), hex(test.msg), hex(test.sig)),
    )
    expect(counts).to.deep.equal({ 'valid accepted': 173, 'invalid refused': 89 })
  })

  it('of Wycheproof, Ed25519: every verdict is the label', async function () {
    const counts = await expectVerdicts(readGroups(this, 'ed25519'), {}, (group, test) => {
      const { kid: _, ...jwk } = group.publicKeyJwk ?? {}
      return judgeSignature('EdDSA', jwk, hex(test.msg), hex(test.sig))
    })
    expect(counts).to.deep.equal({ 'valid accepted': 88, 'invalid refused': 63 })
  })

  it('of Wycheproof, RSA: the keys pass our checks, and every verdict is the label', async function () {
    const pkcs1 = await expectVerdicts(
      readGroups(this, 'rsa_signature_2048_sha256'),
      { 8: 'acceptable: the NULL of the digest is missing' },
      async (group, test) => {
        const key = readIssuerKey(group.keyJwk)
        expect(key?.algorithms).to.deep.equal(['RS256'])
        return key !== undefined && verify('sha256', hex(test.msg), key.key, hex(test.sig)) ? 'accepted' : 'refused'
      },
    )
    expect(pkcs1).to.deep.equal({ 'valid accepted': 9, 'invalid refused': 249 })
    const pss = await expectVerdicts(readGroups(this, 'rsa_pss_2048_sha256_mgf1_32'), {}, async (group, test) => {
      const key = readIssuerKey(group.publicKeyJwk)
      expect(key?.algorithms).to.deep.equal(['PS256'])
      const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      return key !== undefined && verify('sha256', hex(test.msg), { key: key.key, ...padding }, hex(test.sig))
        ? 'accepted'
        : 'refused'
    })
    expect(pss).to.deep.equal({ 'valid accepted': 63, 'invalid refused': 45 })
  })

  it('of CCTV, Ed25519: no key of small order or in a second encoding; else as OpenSSL, without cofactor and with R compared as bytes', async function () {
    const path = externalData(this, 'COUNTERSIGN_VECTORS', 'cctv-ed25519', 'ed25519vectors.json')
    const vectors: readonly CctvVector[] = JSON.parse(readFileSync(path, 'utf8'))
    const counts = { accepted: 0, 'signature refused': 0, 'key refused': 0 }
    const smallOrderKeys = new Set<string>()
    for (const { number, key, sig, msg, flags } of vectors) {
      const has = (flag: string) => flags?.includes(flag) ?? false
      if (has('low_order_A')) smallOrderKeys.add(key)
      const isKeyRefused = has('low_order_A') || has('non_canonical_A')
      // OpenSSL computes R from S, k and A without the cofactor, and compares its canonical encoding with the bytes of the signature: a residue
      // of low order shows, and an R in a second encoding never equals it (RFC 8032, section 5.1.7, is met by both ways).
      // Node.js 26 refuses an R of low order by itself, which nobody signs with by chance.
      const isRefusedR = has('non_canonical_R') || (IS_NODE_26 && has('low_order_R'))
      const isSignatureRefused = has('low_order_residue') || isRefusedR
      const expected = isKeyRefused ? 'key refused' : isSignatureRefused ? 'signature refused' : 'accepted'
      expect(await judgeCctv(key, msg, sig), `number ${number}`).to.equal(expected)
      counts[expected] += 1
    }
    expect(smallOrderKeys.size).to.equal(14)
    const ofLowOrderR = IS_NODE_26 ? 43 : 0
    expect(counts).to.deep.equal({
      accepted: 86 - ofLowOrderR,
      'signature refused': 302 + ofLowOrderR,
      'key refused': 526,
    })
  })
})

interface CctvVector {
  readonly number: number
  readonly key: string
  readonly sig: string
  readonly msg: string
  readonly flags: readonly string[] | null
}

/** The key of an ECDSA group; some come only as an uncompressed point (SEC 1, section 2.3.3). */
function p256Of({ publicKey }: VectorGroup): Jwk {
  const point = hex(publicKey?.uncompressed ?? '')
  return {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
}

async function judgeSignature(
  algorithm: Algorithm,
  jwk: Jwk,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<Verdict> {
  const { key } = await importPublicJwk(jwk, algorithm)
  return verifyBytes({ algorithm, publicKey: key }, data, signature) ? 'accepted' : 'refused'
}

async function judgeCctv(key: string, message: string, signature: string) {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: hex(key).toString('base64url') }
    const verdict = await judgeSignature('EdDSA', jwk, Buffer.from(message), hex(signature))
    return verdict === 'accepted' ? verdict : 'signature refused'
  } catch (error) {
    if (error instanceof KeyInvalid) return 'key refused'
    throw error
  }
}
