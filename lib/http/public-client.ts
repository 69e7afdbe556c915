import { bareObject } from '../bare-object.js'
import { BearerBound, OptionError, TokenPassedOn } from '../errors.js'
import type { InitialTokenVerifier } from '../initial-token/initial-token-verifier.js'
import { InitialTokens } from '../initial-token/initial-tokens.js'
import type { InitialToken } from '../model/frame.js'
import type { JsonObject } from '../model/json.js'
import { checkOptions } from '../options.js'
import { readBearer } from './bearer.js'
import type { Edge } from './edge.js'
import { checkTokenSource, type TokenSource } from './token-source.js'

/**
 * How an edge lets in users whose own application calls it with a bearer token. That token is never embedded: exactly one of
 * `keep`, `exchange` and `phantom` says what is. A member that is not listed here is refused.
 */
export interface PublicClientOptions {
  /** Verifies the tokens that applications present; left out beside `phantom`. */
  readonly accept?: InitialTokenVerifier | readonly InitialTokenVerifier[] | undefined
  /** The claims of the user that this edge asserts, and no others. One that the token does not have is left out. */
  readonly keep?: readonly string[] | undefined
  /** Gets the token that is embedded instead. */
  readonly exchange?: TokenSource | undefined
  /** Gets what the issuer knows of an opaque token, as a JWT that is embedded instead; whether the token is good, it says too. */
  readonly phantom?: TokenSource | undefined
}

const OPTIONS = ['accept', 'keep', 'exchange', 'phantom'] as const
const CHOICES = ['keep', 'exchange', 'phantom'] as const

/** The edge that the options describe. Throws ERR_OPTION. */
export function describePublicClient(options: PublicClientOptions): Edge {
  const { accept, keep, exchange, phantom } = checkOptions('publicClient', options, OPTIONS)
  if (CHOICES.filter(name => options[name] !== undefined).length !== 1) {
    throw new OptionError(`publicClient: expected one of ${CHOICES.join(', ')}`)
  }
  if (phantom === undefined) {
    const tokens = readAccept(accept)
    return exchange === undefined ? assertingEdge(readKeep(keep), tokens) : exchangingEdge(exchange, tokens)
  }
  if (accept !== undefined) throw new OptionError('publicClient: `accept` is not asked beside `phantom`: leave it out')
  return phantomEdge(phantom)
}

function assertingEdge(names: readonly string[], tokens: InitialTokens): Edge {
  return edgeOf(async ({ rawHeaders }, now) => {
    const token = readBearer(rawHeaders)
    const user = await authenticate(token, tokens, now)
    return { source: { userClaims: pick(user.claims, names) }, credentials: [token], user }
  })
}

function exchangingEdge(exchange: TokenSource, tokens: InitialTokens): Edge {
  checkTokenSource('publicClient: `exchange`', exchange)
  const { issuer } = exchange
  return edgeOf(async ({ rawHeaders }, now) => {
    const token = readBearer(rawHeaders)
    const user = await authenticate(token, tokens, now)
    const exchanged = await exchange.forToken(token)
    if (await tokens.acceptsJwt(exchanged, now)) {
      throw new TokenPassedOn('the exchange gave a token that this edge lets in: ask for one of another audience')
    }
    return { source: { initialToken: { issuer, token: exchanged } }, credentials: [token], user }
  })
}

/** Nobody is authenticated before the chain begins: the answer of the issuer, verified then, says who it is. */
function phantomEdge(phantom: TokenSource): Edge {
  checkTokenSource('publicClient: `phantom`', phantom)
  const { issuer } = phantom
  return edgeOf(async ({ rawHeaders }) => {
    const token = readBearer(rawHeaders)
    return { source: { initialToken: { issuer, token: await phantom.forToken(token) } }, credentials: [token] }
  })
}

function edgeOf(admit: Edge['admit']): Edge {
  return Object.freeze({ admit, scheme: 'Bearer' })
}

async function authenticate(token: string, tokens: InitialTokens, now: number): Promise<InitialToken> {
  const { kind, claims } = await tokens.authenticate(token, now)
  // RFC 9449, section 7.1; RFC 8705, section 3: whoever carries such a token must prove that he has its key.
  if ('cnf' in claims) throw new BearerBound('the bearer token is bound to a key that nobody proves')
  return Object.freeze({ kind, claims })
}

function pick(claims: JsonObject, names: readonly string[]): JsonObject {
  const kept = bareObject()
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined
    if (value !== undefined) kept[name] = value
  }
  return kept
}

function readAccept(accept: PublicClientOptions['accept']): InitialTokens {
  if (accept === undefined) throw new OptionError('publicClient: `accept` must verify the tokens that come')
  return new InitialTokens({ accept: Array.isArray(accept) ? accept : [accept as InitialTokenVerifier] })
}

function readKeep(keep: PublicClientOptions['keep']): readonly string[] {
  const areNames = Array.isArray(keep) && keep.length > 0 && keep.every(name => typeof name === 'string' && name !== '')
  if (!areNames) throw new OptionError('publicClient: `keep` must list the claims to keep, at least one')
  if (keep.includes('iss')) {
    throw new OptionError(
      'publicClient: `keep` must not have `iss`: what an edge asserts, no authorization server says',
    )
  }
  return [...keep]
}
