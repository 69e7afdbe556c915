import type { KeyObject } from 'node:crypto'
import { makePair, rawVerification } from '../raw.js'
import type { Contender, Prepared, Task } from './contender.js'
import { loadPeer } from './installed.js'

interface FastJwt {
  createSigner(options: { key: string; algorithm: string }): (claims: object) => string
  createVerifier(options: { key: string; algorithms: string[]; allowedAud: string }): (token: string) => object
}

interface JsonWebToken {
  sign(claims: object, key: KeyObject, options: { algorithm: string }): string
  verify(token: string, key: KeyObject, options: { algorithms: string[]; audience: string }): object | string
}

/** Signs claims, and verifies what it signed. */
interface Jwt {
  readonly sign: (claims: object) => string
  readonly verify: (token: string) => unknown
}

const AUDIENCE = 'shop'

/** One JWT of an authorization server, which every service verifies and passes on as it is. */
export function forwardedTokens(): readonly Contender[] {
  const says = {
    proves: 'an authorization server once gave this token to somebody',
    doesNotProve: 'who calls, through whom, for what; whoever sees it can use it anywhere',
  }
  return [
    { name: 'fast-jwt, forwarded', ...says, prepare: async task => prepare(fastJwt(), task) },
    { name: 'jsonwebtoken, forwarded', ...says, prepare: async task => prepare(jsonWebToken(), task) },
  ]
}

function prepare({ sign, verify }: Jwt, { bytes }: Task): Prepared {
  const token = tokenOf(bytes, sign)
  return {
    bytes: token.length,
    verify: () => verify(token),
    rawVerify: rawVerification(Buffer.from(token), 'ES256'),
  }
}

/** A token as long as our presentation, as closely as BASE64URL allows. */
function tokenOf(bytes: number, sign: (claims: object) => string): string {
  const claims = { iss: 'https://login.example', aud: AUDIENCE, sub: 'user-17', exp: 4_102_444_800, note: '' }
  const missing = Math.floor(((bytes - sign(claims).length) * 3) / 4)
  return sign({ ...claims, note: 'x'.repeat(Math.max(0, missing)) })
}

function fastJwt(): Jwt {
  const { createSigner, createVerifier } = loadPeer<FastJwt>('fast-jwt')
  const { privateKey, publicKey } = makePair('ES256')
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return {
    sign: createSigner({ key: privatePem, algorithm: 'ES256' }),
    verify: createVerifier({ key: publicPem, algorithms: ['ES256'], allowedAud: AUDIENCE }),
  }
}

function jsonWebToken(): Jwt {
  const { sign, verify } = loadPeer<JsonWebToken>('jsonwebtoken')
  const { privateKey, publicKey } = makePair('ES256')
  return {
    sign: claims => sign(claims, privateKey, { algorithm: 'ES256' }),
    verify: token => verify(token, publicKey, { algorithms: ['ES256'], audience: AUDIENCE }),
  }
}
