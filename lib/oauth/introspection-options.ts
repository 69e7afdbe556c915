import { OptionError } from '../errors.js'
import type { IntrospectedType } from '../initial-token/introspected-type.js'
import type { OriginOption } from '../initial-token/origin-binding.js'
import {
  INACTIVE_TOKEN_SECONDS,
  INTROSPECTION_SECONDS,
  MAX_INTROSPECTION_SECONDS,
  UNKNOWN_TOKEN_LOOKUPS_PER_SECOND,
} from '../limits/tokens.js'
import { checkInteger } from '../options.js'
import type { EndpointOptions } from './endpoint.js'
import type { MemoryLimits } from './token-memory.js'

/** How answers about tokens are remembered. */
export interface RememberOptions {
  /** How long an active token is taken to be so without asking: 0 to 3600, default 60. A revocation is seen as late as that. */
  readonly cacheSeconds?: number | undefined
  /** How long a token that was not active is refused without asking: 0 to 3600, default 10. */
  readonly inactiveSeconds?: number | undefined
  /** Questions, each second, about tokens that turn out not to be active: 1 to 100,000, default 100. */
  readonly lookupsPerSecond?: number | undefined
  /** `heed` (the default) remembers no longer than the server's `Cache-Control` says. Many servers say `no-store` to everything. */
  readonly cacheControl?: 'heed' | 'ignore' | undefined
}

/** An authorization server that is asked about opaque tokens (RFC 7662). */
export interface IntrospectionOptions extends EndpointOptions, RememberOptions {
  /** Who the tokens are for: their `aud` must contain this, or one of these. */
  readonly audience?: string | readonly string[] | undefined
  /**
   * In place of `audience`, for a server that does not say who a token is for: it must call those active that are for this client,
   * and no others. Where it does not, a token for anybody is good here.
   */
  readonly audienceDecidedByIssuer?: true | undefined
  /** What `token_type` may say: `['Bearer']` by default. A refresh token is active too, and commonly has no type. */
  readonly tokenTypes?: readonly IntrospectedType[] | undefined
  /** Which claim names the edge that the token was issued to: a chain that another one begins with it is refused. */
  readonly origin?: OriginOption | undefined
}

/** The names of those that say how answers are remembered. */
export const REMEMBER_OPTIONS = ['cacheSeconds', 'inactiveSeconds', 'lookupsPerSecond', 'cacheControl'] as const

/** What is remembered, and whether the server has a say in it. Throws ERR_OPTION. */
export function readRememberOptions(
  what: string,
  { cacheSeconds, inactiveSeconds, lookupsPerSecond, cacheControl = 'heed' }: RememberOptions,
): MemoryLimits & { readonly cacheControl: 'heed' | 'ignore' } {
  if (cacheControl !== 'heed' && cacheControl !== 'ignore') {
    throw new OptionError(`${what}: \`cacheControl\` must be \`heed\` or \`ignore\``)
  }
  const seconds = (name: string, value: number | undefined, otherwise: number) =>
    checkInteger(`${what}: \`${name}\``, value, { least: 0, most: MAX_INTROSPECTION_SECONDS, otherwise })
  const lookups = { least: 1, most: 100_000, otherwise: UNKNOWN_TOKEN_LOOKUPS_PER_SECOND }
  return {
    goodSeconds: seconds('cacheSeconds', cacheSeconds, INTROSPECTION_SECONDS),
    badSeconds: seconds('inactiveSeconds', inactiveSeconds, INACTIVE_TOKEN_SECONDS),
    badPerSecond: checkInteger(`${what}: \`lookupsPerSecond\``, lookupsPerSecond, lookups),
    cacheControl,
  }
}

/** Who the tokens must be for; undefined where the server is said to decide it. Throws ERR_OPTION. */
export function readAudiences({
  audience,
  audienceDecidedByIssuer: decided,
}: IntrospectionOptions): readonly string[] | undefined {
  if (decided === true && audience === undefined) return undefined
  if (decided !== undefined) {
    throw new OptionError('introspection: `audienceDecidedByIssuer` must be true, and stand without `audience`')
  }
  const audiences = typeof audience === 'string' ? [audience] : (audience ?? [])
  const areTexts = Array.isArray(audiences) && audiences.every(name => typeof name === 'string' && name !== '')
  if (areTexts && audiences.length > 0) return [...audiences]
  throw new OptionError('introspection: `audience` must be a text, or a list of texts, that is not empty')
}
