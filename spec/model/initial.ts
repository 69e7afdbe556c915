import { base64url } from '../forge/base64url.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims, type Wrapped } from '../forge/initial-token.js'
import type { ForgedKey } from '../forge/key.js'
import { keyOf } from './keyring.js'
import type { InitialPlan, JwtFlaw } from './moves.js'

export const ISSUER = 'https://login.example'
export const AUDIENCE = 'https://shop.example'
export const ISSUER_KEY = keyOf('issuer', 'ES256')
const ROGUE_KEY = keyOf('rogue issuer', 'ES256')
const LIFE_SECONDS = 400

/** What a chain begins with. The authorization server logs everybody in, the adversary too. */
export class Issuer {
  readonly #issued = new Set<string>()

  /** Whether it issued a token. The signature is left aside: whoever has one of ECDSA can make a second. */
  hasIssued(token: string): boolean {
    return this.#issued.has(signedPart(token))
  }

  /** Makes what a plan says; undefined for a job. */
  make(plan: InitialPlan, now: number): Wrapped | undefined {
    switch (plan.kind) {
      case 'job':
        return undefined
      case 'token':
        return forgeOpaqueToken('opaque')
      case 'user':
        return makeUserClaims(plan, now)
      case 'jwt':
        return this.#log(plan, now)
    }
  }

  /** Only what says that it is meant for us counts as issued. */
  #log(plan: InitialPlan & { kind: 'jwt' }, now: number): Wrapped {
    const { user, life = LIFE_SECONDS, flaw } = plan
    const regular = { iss: ISSUER, aud: AUDIENCE, sub: `user ${user}`, scope: 'shop.user', iat: now, exp: now + life }
    const token = makeJwt(regular, flaw)
    if (flaw === undefined) this.#issued.add(signedPart(token.text))
    return token
  }
}

function makeUserClaims({ user, life, flaw }: InitialPlan & { kind: 'user' }, now: number): Wrapped {
  return forgeUserClaims({
    sub: `user ${user}`,
    ...(life !== undefined && { exp: now + life }),
    ...(flaw === 'iss' && { iss: ISSUER }),
    ...(flaw === 'date' && { exp: 'tomorrow' }),
  })
}

type Claims = Readonly<Record<string, unknown>>

function makeJwt(claims: Claims, flaw: JwtFlaw | undefined): Wrapped {
  const forge = (changed: Claims, header: Claims = {}, key: ForgedKey = ISSUER_KEY) =>
    forgeJwt({ key, claims: { ...claims, ...changed }, header })
  switch (flaw) {
    case undefined:
      return forge({})
    case 'audience':
      return forge({ aud: 'https://elsewhere.example' })
    case 'issuer':
      return forge({ iss: 'https://rogue.example' })
    case 'rogue':
      return forge({}, { jwk: ROGUE_KEY.publicJwk }, ROGUE_KEY)
    case 'id-token':
      return forge({ nonce: 'n' })
    case 'crit':
      return forge({}, { crit: ['b64'], b64: true })
    case 'forever':
      return forge({ exp: undefined })
    case 'early':
      return forge({ nbf: Number(claims.iat) + 60 })
    case 'unsecured':
      return forge({}, { alg: 'none' })
  }
}

function signedPart(token: string): string {
  return token.slice(0, token.lastIndexOf('.'))
}

/** The claims of an initial token, as they are written. */
export function claimsOf(kind: string, text: string): Record<string, unknown> {
  const segment = kind === 'jwt' ? text.split('.')[1] : text
  return JSON.parse(Buffer.from(segment ?? '', 'base64url').toString())
}

/** What follows a hop, by its looks: two dots make a JWT. */
export function toWrapped(text: string): Wrapped | undefined {
  if (text === '') return undefined
  const kind = text.includes('.') ? 'jwt' : 'user'
  const exp = expiryOf(kind, text)
  return { cty: kind, text, ...(exp !== undefined && { expiresAt: exp }) }
}

function expiryOf(kind: string, text: string): number | undefined {
  try {
    const { exp } = claimsOf(kind, text)
    return typeof exp === 'number' ? exp : undefined
  } catch {
    return undefined
  }
}

/** Text that stands where an initial token may stand, and is none. */
export const NO_TOKEN = base64url('neither JSON nor a token')
