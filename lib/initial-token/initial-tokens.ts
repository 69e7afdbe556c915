import {
  AvailabilityError,
  CountersignError,
  InitialTokenForeign,
  InitialTokenInvalid,
  InitialTokenNotAccepted,
  IssuerUnavailable,
  OptionError,
  TokenError,
} from '../errors.js'
import { decodeBase64url, encodeBase64url, isCanonicalBase64url } from '../jws/base64url.js'
import type { JsonObject } from '../model/json.js'
import { checkOptions } from '../options.js'
import { type InitialTokenOption, readInitialTokenOption } from './initial-token-option.js'
import type { InitialTokenVerifier, VerifiedInitialToken } from './initial-token-verifier.js'
import { parseUnverifiedJwt } from './unverified-jwt.js'
import { judgeUserClaims, readUserClaims } from './user-claims.js'

/** An initial token as a chain carries it: the origin's `cty`, and what stands right of the last `~`. */
export interface CarriedInitialToken {
  readonly kind: 'jwt' | 'token' | 'user'
  /** The JWT itself, or BASE64URL of the opaque token or of the user claims. */
  readonly text: string
  /** The user claims, where they were read already; null-prototype objects, frozen. */
  readonly claims?: JsonObject | undefined
}

/** What a sender begins a chain with: the token, or the token and its issuer where several are configured. */
export type GivenInitialToken = string | { readonly issuer: string; readonly token: string }

/** A token that a sender gave, matched with the verifier that must accept it before anything is signed. */
export interface ChosenInitialToken extends CarriedInitialToken {
  readonly kind: 'jwt' | 'token'
  /** For the edge that begins a chain with it. */
  verify(now: number, origin: string): Promise<VerifiedInitialToken>
}

/** The kinds of initial token, and the issuers, that one service accepts (invariant 15). */
export class InitialTokens {
  readonly #acceptsUser: boolean
  readonly #verifiers: readonly InitialTokenVerifier[]
  readonly #jwtIssuers: ReadonlyMap<unknown, InitialTokenVerifier>

  /** Without an option, `user` alone is accepted. Throws ERR_OPTION. */
  constructor(option: InitialTokenOption | undefined) {
    const { verifiers, user } = readInitialTokenOption(option)
    this.#acceptsUser = user === 'accept'
    this.#verifiers = verifiers
    this.#jwtIssuers = new Map(this.#ofKind('jwt').map(verifier => [verifier.issuer, verifier]))
  }

  /**
   * Verifies what a chain carries. Refuses with ERR_INITIAL_TOKEN_NOT_ACCEPTED a kind or an issuer that is not configured, and
   * otherwise as the kind's verifier does; with ERR_INITIAL_TOKEN_FOREIGN a token that names another origin. Does not ask whether
   * the origin is an edge.
   */
  verify(
    { kind, text, claims }: CarriedInitialToken,
    now: number,
    origin: string,
  ): Promise<VerifiedInitialToken> | VerifiedInitialToken {
    switch (kind) {
      case 'jwt':
        return askFor(origin, this.#jwtIssuerOf(text), text, now)
      case 'token':
        return this.#verifyOpaque(readOpaqueToken(text), now, origin)
      case 'user':
        if (!this.#acceptsUser)
          throw new InitialTokenNotAccepted('user claims are not accepted here: `initialToken.user` is not set')
        return claims === undefined ? readUserClaims(text, now) : judgeUserClaims(claims, now)
    }
  }

  /**
   * Verifies a token that a client presents, on no chain: a JWT of a configured issuer by that, anything else as an opaque one.
   * Refuses as `verify` does, whoever the token was issued to.
   */
  async authenticate(token: string, now: number): Promise<VerifiedInitialToken> {
    const issuer = this.#jwtIssuers.get(issuerNamedBy(token))
    if (issuer !== undefined) return await ask(issuer, token, now)
    return await this.#askInTurn(verifier => ask(verifier, token, now))
  }

  /** Whether a token is a JWT that `authenticate` takes. Whether it takes an opaque one, nobody is asked. */
  async acceptsJwt(token: string, now: number): Promise<boolean> {
    const issuer = this.#jwtIssuers.get(issuerNamedBy(token))
    if (issuer === undefined) return false
    try {
      await ask(issuer, token, now)
      return true
    } catch (error) {
      if (error instanceof TokenError) return false
      throw error
    }
  }

  /**
   * Finds the verifier of a token that this service was given to begin a chain with; its kind becomes the wire's,
   * whatever the token looks like. The token is not verified yet. Throws ERR_OPTION.
   */
  choose(given: GivenInitialToken): ChosenInitialToken {
    const { token, verifier } = this.#match(given)
    if (typeof token !== 'string' || token === '')
      throw new OptionError('initialToken: the token must be a text that is not empty')
    const { kind } = verifier
    const text = kind === 'jwt' ? token : encodeBase64url(token)
    return Object.freeze<ChosenInitialToken>({
      kind,
      text,
      verify: (now, origin) => askFor(origin, verifier, token, now),
    })
  }

  #match(given: GivenInitialToken): { readonly token: string; readonly verifier: InitialTokenVerifier } {
    if (typeof given === 'object' && given !== null) {
      checkOptions('initialToken', given, ['issuer', 'token'])
      const [verifier, another] = this.#verifiers.filter(({ issuer }) => issuer === given.issuer)
      if (verifier === undefined) throw new OptionError('initialToken: this issuer is not configured')
      if (another !== undefined) throw new OptionError('initialToken: this issuer is configured for two kinds')
      return { token: given.token, verifier }
    }
    const [verifier, another] = this.#verifiers
    if (verifier === undefined) throw new OptionError('initialToken: no issuer is configured')
    if (another !== undefined)
      throw new OptionError('initialToken: several issuers are configured, give { issuer, token }')
    return { token: given, verifier }
  }

  #jwtIssuerOf(text: string): InitialTokenVerifier {
    const verifiers = this.#jwtIssuers
    if (verifiers.size === 0)
      throw new InitialTokenNotAccepted('JWTs are not accepted here: `initialToken.accept` lists no issuer')
    const verifier = verifiers.get(parseUnverifiedJwt(text).claims.iss)
    if (verifier === undefined)
      throw new InitialTokenNotAccepted('the issuer of the initial token is not configured here')
    return verifier
  }

  #verifyOpaque(token: string, now: number, origin: string): Promise<VerifiedInitialToken> {
    return this.#askInTurn(verifier => askFor(origin, verifier, token, now))
  }

  /** An opaque token does not say who issued it. */
  async #askInTurn(
    question: (verifier: InitialTokenVerifier) => Promise<VerifiedInitialToken>,
  ): Promise<VerifiedInitialToken> {
    let refusal: unknown = new InitialTokenNotAccepted('opaque tokens are not accepted here')
    for (const verifier of this.#ofKind('token')) {
      try {
        return await question(verifier)
      } catch (error) {
        // Whoever could not answer might have said yes: that outweighs a no.
        if (!(refusal instanceof AvailabilityError)) refusal = error
      }
    }
    throw refusal
  }

  #ofKind(kind: 'jwt' | 'token'): InitialTokenVerifier[] {
    return this.#verifiers.filter(verifier => verifier.kind === kind)
  }
}

/** Asks a verifier, and for whom the token was issued. */
async function askFor(
  origin: string,
  verifier: InitialTokenVerifier,
  token: string,
  now: number,
): Promise<VerifiedInitialToken> {
  const verified = await ask(verifier, token, now)
  if (verifier.isIssuedTo === undefined || isIssuedTo(origin, verifier, verified)) return verified
  throw new InitialTokenForeign(`the initial token was not issued to \`${origin}\``)
}

/** A check that fails says no. */
function isIssuedTo(origin: string, verifier: InitialTokenVerifier, { claims }: VerifiedInitialToken): boolean {
  try {
    return verifier.isIssuedTo?.(claims, origin) === true
  } catch {
    return false
  }
}

/** Asks a verifier, which need not be ours: an error or an answer of its own making means that it cannot answer (invariant 17). */
async function ask(verifier: InitialTokenVerifier, token: string, now: number): Promise<VerifiedInitialToken> {
  try {
    const verified = await verifier.verify(token, now)
    if (isAnswer(verified) && verified.kind === verifier.kind) return verified
  } catch (error) {
    if (error instanceof CountersignError) throw error
    const cause = error instanceof Error ? error.name : 'unknown'
    throw new IssuerUnavailable('the verifier of the initial token failed', { cause })
  }
  throw new IssuerUnavailable('the verifier of the initial token gave no answer')
}

function isAnswer(value: VerifiedInitialToken): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { claims, expiresAt } = value
  return typeof claims === 'object' && claims !== null && (expiresAt === undefined || Number.isFinite(expiresAt))
}

/** The `iss` of what may be a JWT. */
function issuerNamedBy(token: string): unknown {
  try {
    return parseUnverifiedJwt(token).claims.iss
  } catch (error) {
    if (error instanceof InitialTokenInvalid) return undefined
    throw error
  }
}

function readOpaqueToken(text: string): string {
  const token = isCanonicalBase64url(text) ? decodeBase64url(text).toString('utf8') : ''
  if (token === '' || encodeBase64url(token) !== text)
    throw new InitialTokenInvalid('the initial token is not BASE64URL of a text')
  return token
}
