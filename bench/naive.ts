import { type CryptoKey, decodeJwt, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { type Algorithm, userClaims } from './services.js'

/** The same scheme written naively: each hop a JWT with the one before it as a claim, verified with jose one after the other. */
export interface NaiveToken {
  readonly token: string
  readonly publicKeys: readonly CryptoKey[]
}

/** A naive token of so many hops; every service has its own key, as with us. */
export async function naiveTokenOf(
  depth: number,
  user = userClaims,
  algorithm: Algorithm = 'ES256',
): Promise<NaiveToken> {
  const keys = await Promise.all(Array.from({ length: depth }, () => generateKeyPair(algorithm)))
  let token: string | undefined
  for (const [index, { privateKey }] of keys.entries()) token = await naiveWrap(index, token, privateKey, user)
  return { token: token ?? '', publicKeys: keys.map(({ publicKey }) => publicKey) }
}

/** Adds one naive hop. */
export async function naiveWrap(
  index: number,
  inner: string | undefined,
  key: CryptoKey,
  user = userClaims,
): Promise<string> {
  const alg = key.algorithm.name === 'ECDSA' ? 'ES256' : 'EdDSA'
  return await new SignJWT({ op: 'checkout', ...(inner ? { token: inner } : user) })
    .setProtectedHeader({ alg, kid: `k${index}`, typ: 'JWT' })
    .setIssuer(`s${index}`)
    .setAudience(`s${index + 1}`)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(key)
}

/** Verifies a naive token, newest hop first. */
export async function naiveVerify({ token, publicKeys }: NaiveToken): Promise<void> {
  let current: unknown = token
  for (let index = publicKeys.length - 1; index >= 0; index -= 1) {
    const key = publicKeys[index]
    if (typeof current !== 'string' || key === undefined) throw new Error('not a naive token')
    const options = { issuer: `s${index}`, audience: `s${index + 1}`, algorithms: ['ES256', 'EdDSA'] }
    const { payload } = await jwtVerify(current, key, options)
    if (decodeJwt(current).op !== 'checkout') throw new Error('another operation')
    current = payload.token
  }
}
