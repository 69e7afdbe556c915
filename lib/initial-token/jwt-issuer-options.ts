import { KeyInvalid, OptionError } from '../errors.js'
import { checkOptions } from '../options.js'
import { type IntrospectedType, readTokenTypes } from './introspected-type.js'
import { type IssuerKey, readIssuerKey } from './issuer-key.js'
import { readIssuerUrl } from './issuer-url.js'
import type { JwksFetch } from './jwks-document.js'
import { isJwtAlgorithm, type JwtAlgorithm } from './jwt-algorithm.js'
import { type IssuerKeys, KeySet } from './key-set.js'
import type { OriginOption } from './origin-binding.js'
import { RemoteJwks } from './remote-jwks.js'

/**
 * What the `typ` of a JWT may say: an access token (RFC 9068), just a JWT, nothing, or the issuer's answer of what it knows of
 * a token (RFC 9701), whose claims stand in `token_introspection`.
 */
export type JwtType = 'at+jwt' | 'JWT' | 'absent' | 'token-introspection+jwt'

/** An authorization server that issues JWTs, and what is accepted from it. */
export interface JwtIssuerOptions {
  /** The tokens' `iss`, byte for byte. */
  readonly issuer: string
  /** The issuer's public keys, if they are known beforehand. Either this or `jwksUri`. */
  readonly jwks?: { readonly keys: readonly object[] } | undefined
  /** Where the issuer publishes its keys: an https URL, or http on a loopback host. */
  readonly jwksUri?: string | undefined
  /** Who the tokens are for: their `aud` must contain this, or one of these. */
  readonly audience: string | readonly string[]
  /** The algorithms that the issuer signs with. */
  readonly algorithms: readonly JwtAlgorithm[]
  /**
   * What the tokens' `typ` may say; `at+jwt`, `JWT` and `absent` by default. `['at+jwt']` accepts nothing but access tokens of
   * RFC 9068, `['token-introspection+jwt']` nothing but phantom tokens of RFC 9701.
   */
  readonly types?: readonly JwtType[] | undefined
  /** ID tokens tell a client who logged in, and are no authorization to call anybody. Refused by default. */
  readonly idTokens?: 'refuse' | 'accept' | undefined
  /** What `token_type` may say in an answer of RFC 9701: `['Bearer']` by default. A refresh token commonly has none. */
  readonly tokenTypes?: readonly IntrospectedType[] | undefined
  /** Which claim names the edge that the token was issued to: a chain that another one begins with it is refused. */
  readonly origin?: OriginOption | undefined
  /** Fetches `jwksUri` instead of the platform's fetch. Must not follow redirects. */
  readonly fetch?: JwksFetch | undefined
}

/** What a JWT must comply with. */
export interface JwtRules {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly algorithms: readonly JwtAlgorithm[]
  readonly types: readonly JwtType[]
  readonly idTokens: 'refuse' | 'accept'
  readonly tokenTypes: readonly IntrospectedType[]
}

const OPTIONS = [
  'issuer',
  'jwks',
  'jwksUri',
  'audience',
  'algorithms',
  'types',
  'idTokens',
  'tokenTypes',
  'origin',
  'fetch',
] as const
const TYPES: readonly JwtType[] = ['at+jwt', 'JWT', 'absent']
const ALL_TYPES: readonly JwtType[] = [...TYPES, 'token-introspection+jwt']

/** Reads the options that say what a token must comply with. Throws ERR_OPTION. */
export function readJwtRules(options: JwtIssuerOptions): JwtRules {
  checkOptions('jwtIssuer', options, OPTIONS)
  const { issuer, audience, algorithms, types = TYPES, idTokens = 'refuse', tokenTypes } = options
  if (!isText(issuer)) throw new OptionError('jwtIssuer: `issuer` must be a text that is not empty')
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (!isListOf(audiences, isText)) {
    throw new OptionError('jwtIssuer: `audience` must be a text, or a list of texts, that is not empty')
  }
  if (!isListOf(algorithms, isJwtAlgorithm)) {
    throw new OptionError('jwtIssuer: `algorithms` must list asymmetric signature algorithms, at least one')
  }
  if (!isListOf(types, isJwtType)) {
    throw new OptionError(
      'jwtIssuer: `types` must list some of `at+jwt`, `JWT`, `absent` and `token-introspection+jwt`',
    )
  }
  if (idTokens !== 'refuse' && idTokens !== 'accept') {
    throw new OptionError('jwtIssuer: `idTokens` must be `refuse` or `accept`')
  }
  return {
    issuer,
    audiences: [...audiences],
    algorithms: [...algorithms],
    types: [...types],
    idTokens,
    tokenTypes: readTokenTypes('jwtIssuer', tokenTypes),
  }
}

/** Reads the options that say where the keys are. Throws ERR_OPTION. */
export function readJwtKeys(options: JwtIssuerOptions, algorithms: readonly JwtAlgorithm[]): IssuerKeys {
  const { jwks, jwksUri, fetch = globalThis.fetch } = options
  if ((jwks === undefined) === (jwksUri === undefined)) {
    throw new OptionError('jwtIssuer: give either `jwks` or `jwksUri`')
  }
  if (typeof fetch !== 'function') throw new OptionError('jwtIssuer: `fetch` must be a function')
  return jwksUri === undefined
    ? new KeySet(readGivenKeys(jwks, algorithms))
    : new RemoteJwks({ uri: readIssuerUrl('jwtIssuer: `jwksUri`', jwksUri), fetch })
}

function readGivenKeys(jwks: unknown, algorithms: readonly JwtAlgorithm[]): IssuerKey[] {
  const list = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined
  if (!Array.isArray(list)) throw new OptionError('jwtIssuer: `jwks` has no list of `keys`')
  const keys = list.map(readGivenKey).filter(key => key !== undefined)
  const usable = keys.filter(key => key.algorithms.some(name => algorithms.includes(name)))
  if (usable.length === 0) throw new OptionError('jwtIssuer: no key in `jwks` verifies one of the `algorithms`')
  return usable
}

function readGivenKey(jwk: unknown, index: number): IssuerKey | undefined {
  try {
    return readIssuerKey(jwk)
  } catch (error) {
    if (error instanceof KeyInvalid) throw new OptionError(`jwtIssuer: key ${index} of \`jwks\`: ${error.message}`)
    throw error
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isJwtType(value: unknown): value is JwtType {
  return ALL_TYPES.some(type => type === value)
}

function isListOf<T>(value: unknown, accepts: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length > 0 && value.every(accepts)
}
