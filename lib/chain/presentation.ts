import {
  ChainTooDeep,
  ContentTypeMismatch,
  EncodingNotCanonical,
  JsonNotStrict,
  PresentationMalformed,
  PresentationMissing,
  PresentationTooLarge,
  TransactionMisplaced,
} from '../errors.js'
import { decodeBase64url, endsCanonically } from '../jws/base64url.js'
import {
  type ContentType,
  HOP_TYPE,
  type HopHeader,
  isRandom128,
  readUnverifiedHeader,
} from '../jws/protected-header.js'
import type { SignedText } from '../jws/signature.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import type { JsonObject } from '../model/json.js'

/** A hop as it came: read, not believed. */
export interface UnverifiedHop {
  /** 0 is the newest. */
  readonly position: number
  readonly header: HopHeader
  /** All the text right of its `~`, or nothing, is the payload; absent where that was verified before, for this very text. */
  readonly signed?: SignedText | undefined
}

/** What follows the origin's hop, as it came. */
export interface UnverifiedInitialToken {
  readonly kind: Exclude<ContentType, typeof HOP_TYPE>
  readonly text: string
  /** What the text of a `user` says. */
  readonly claims?: JsonObject | undefined
}

/** A presentation that keeps to invariants 1 to 4, as far as that can be said before anybody is asked. */
export interface UnverifiedPresentation<P> {
  readonly secret: string
  /** What is left when the secret is dropped. */
  readonly chain: string
  /** Where the chain that the newest hop wraps is remembered, or can be; undefined if it wraps none. */
  readonly place: P | undefined
  /** Newest first; at least one. */
  readonly hops: readonly [UnverifiedHop, ...UnverifiedHop[]]
  readonly initialToken: UnverifiedInitialToken | undefined
}

/** What is known of a text that a hop wraps: it was read once, and its signatures verified. */
export interface KnownChain {
  /** Newest first; at least one. */
  readonly headers: readonly HopHeader[]
  /** Characters of what follows the origin's hop. */
  readonly initialTokenCharacters: number
}

/** How much a presentation may be, in characters and hops. */
export interface PresentationBounds {
  readonly presentationCharacters: number
  readonly depthHops: number
}

const GRAMMAR =
  /^[A-Za-z0-9_-]{22}(?:~[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+)+(?:~[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)?)?$/
const SECRET_CHARACTERS = 22
const CHAIN_AT = SECRET_CHARACTERS + 1
const SIGNATURE_CHARACTERS = 86

/**
 * Takes a presentation apart: bounds (invariant 1), grammar and canonical text (2), shape (3), algorithm (4). Time linear in
 * size; nothing is looked up in a registry, verified or kept. What the newest hop wraps is read only if it is not known already.
 */
export function readUnverifiedPresentation<P extends { readonly known: KnownChain | undefined }>(
  value: unknown,
  bounds: PresentationBounds,
  placeOf: (inner: string) => P,
): UnverifiedPresentation<P> {
  const text = checkSize(value, bounds)
  const innerAt = findInnerHop(text)
  const place = innerAt < 0 ? undefined : placeOf(text.slice(innerAt))
  const known = place?.known
  checkDepth(known === undefined ? countHops(text) : 1 + known.headers.length, bounds)
  // What is known of the rest is that it matches.
  checkGrammar(known === undefined ? text : text.slice(0, innerAt - 1))
  const secret = text.slice(0, SECRET_CHARACTERS)
  if (!isRandom128(secret)) throw new EncodingNotCanonical('the secret is not canonical base64url')
  const chain = text.slice(CHAIN_AT)
  const { hops, initialToken } = known === undefined ? readChain(chain) : continueChain(chain, known)
  return { secret, chain, place, hops, initialToken }
}

function checkSize(value: unknown, bounds: PresentationBounds): string {
  if (value === undefined || value === null || value === '') throw new PresentationMissing('no presentation')
  if (typeof value !== 'string') throw new PresentationMalformed('the presentation is not a text')
  if (value.length > bounds.presentationCharacters) {
    const found = `${value.length} characters of at most ${bounds.presentationCharacters}`
    throw new PresentationTooLarge(`the presentation has ${found}`)
  }
  return value
}

function checkDepth(hops: number, { depthHops }: PresentationBounds): void {
  if (hops > depthHops) throw new ChainTooDeep(`the chain has more than ${depthHops} hops`)
}

/** Each hop has two dots that stand side by side, and nothing else has. */
function countHops(text: string): number {
  let hops = 0
  for (let at = text.indexOf('..'); at >= 0; at = text.indexOf('..', at + 2)) hops += 1
  return hops
}

/** Where the text that the newest hop wraps begins, if that is a hop: behind the second `~`. Negative if not. */
function findInnerHop(text: string): number {
  const at = text.indexOf('~', CHAIN_AT)
  return at >= 0 && text.indexOf('..', at) >= 0 ? at + 1 : -1
}

function checkGrammar(text: string): void {
  if (!GRAMMAR.test(text)) throw new PresentationMalformed('the presentation does not match the grammar')
}

type Hops = [UnverifiedHop, ...UnverifiedHop[]]

/** A chain of hops, newest first, and what it began with. */
type ChainParts = Pick<UnverifiedPresentation<unknown>, 'hops' | 'initialToken'>

function readChain(chain: string): ChainParts {
  const { hops, rest } = readHops(chain)
  checkTransaction(hops)
  return { hops, initialToken: readInitialToken(hops, rest) }
}

/** The newest hop is read; the others were read before. */
function continueChain(chain: string, { headers, initialTokenCharacters }: KnownChain): ChainParts {
  const [newest, inner] = cut(chain, '~')
  const hops: Hops = [readHop(newest, inner, 0)]
  for (const header of headers) hops.push({ position: hops.length, header })
  checkTransaction(hops)
  const initialToken = initialTokenOf(hops, chain.slice(chain.length - initialTokenCharacters))
  return { hops, initialToken: initialToken && withClaims(initialToken) }
}

function readHops(chain: string): { hops: Hops; rest: string } {
  const [first, afterFirst] = cut(chain, '~')
  const hops: Hops = [readHop(first, afterFirst, 0)]
  let rest = afterFirst
  for (;;) {
    const [part, after] = cut(rest, '~')
    if (!part.includes('..')) return { hops, rest }
    hops.push(readHop(part, after, hops.length))
    rest = after
  }
}

function readHop(part: string, payload: string, position: number): UnverifiedHop {
  const [encodedHeader, signature] = cut(part, '..')
  if (signature.length !== SIGNATURE_CHARACTERS || !endsCanonically(signature)) {
    throw new EncodingNotCanonical('the signature is not canonical base64url of 64 bytes', { hop: position })
  }
  const header = readUnverifiedHeader(encodedHeader, position)
  checkContentType(header, payload, position)
  return { position, header, signed: { encodedHeader, payload, signature: decodeBase64url(signature) } }
}

/** `cty` agrees with what follows (invariant 3). */
function checkContentType({ cty }: HopHeader, after: string, hop: number): void {
  if (!saysWhatFollows(cty, after)) throw new ContentTypeMismatch('`cty` does not say what follows the hop', { hop })
}

function saysWhatFollows(cty: ContentType | undefined, after: string): boolean {
  if (after === '') return cty === undefined
  const [next] = cut(after, '~')
  if (next.includes('..')) return cty === HOP_TYPE
  return next.includes('.') ? cty === 'jwt' : cty === 'token' || cty === 'user'
}

/** `txn` stands exactly in the origin's hop (invariant 3). */
function checkTransaction(hops: readonly UnverifiedHop[]): void {
  for (const { header, position } of hops) {
    const isOrigin = position === hops.length - 1
    if (isOrigin && header.txn === undefined) {
      throw new TransactionMisplaced("the origin's header has no `txn`", { hop: position })
    }
    if (!isOrigin && header.txn !== undefined) {
      throw new TransactionMisplaced("`txn` stands in a hop that is not the origin's", { hop: position })
    }
  }
}

function initialTokenOf(hops: readonly UnverifiedHop[], text: string): UnverifiedInitialToken | undefined {
  const kind = hops.at(-1)?.header.cty
  return kind === undefined || kind === HOP_TYPE ? undefined : { kind, text }
}

function readInitialToken(hops: readonly UnverifiedHop[], text: string): UnverifiedInitialToken | undefined {
  const initialToken = initialTokenOf(hops, text)
  if (initialToken === undefined) return undefined
  const segments = text.split('.')
  for (const segment of segments) checkEnd(segment)
  if (initialToken.kind === 'jwt') for (const segment of segments.slice(0, 2)) readJson(segment)
  return withClaims(initialToken)
}

function checkEnd(segment: string): void {
  if (!endsCanonically(segment)) throw new EncodingNotCanonical('the initial token is not canonical base64url')
}

/** The claims of a user are read here: nobody else need be asked. */
function withClaims(initialToken: UnverifiedInitialToken): UnverifiedInitialToken {
  const { kind, text } = initialToken
  return kind === 'user' ? { kind, text, claims: readJson(text) } : initialToken
}

function readJson(segment: string): JsonObject {
  try {
    return parseStrictJson(decodeBase64url(segment))
  } catch (error) {
    if (error instanceof NotStrict) throw new JsonNotStrict(`the initial token is not strict JSON: ${error.message}`)
    throw error
  }
}

/** Cuts at the first separator; everything is left of one that does not occur. */
function cut(text: string, separator: string): [left: string, right: string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
