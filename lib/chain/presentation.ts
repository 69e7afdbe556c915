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
  isRandom128,
  type ProtectedHeader,
  readUnverifiedHeader,
} from '../jws/protected-header.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'

/** A hop as it came: read, not believed. */
export interface UnverifiedHop {
  /** 0 is the newest. */
  readonly position: number
  readonly header: ProtectedHeader
  readonly encodedHeader: string
  readonly signature: Buffer
  /** The JWS payload: all the text right of this hop's `~`, as bytes, or nothing. */
  readonly payload: Buffer
}

/** What follows the origin's hop, as it came. */
export interface UnverifiedInitialToken {
  readonly kind: Exclude<ContentType, typeof HOP_TYPE>
  readonly text: string
}

/** A presentation that keeps to invariants 1 to 4, as far as that can be said before anybody is asked. */
export interface UnverifiedPresentation {
  readonly secret: string
  /** What is left when the secret is dropped. */
  readonly chain: string
  /** Newest first; at least one. */
  readonly hops: readonly [UnverifiedHop, ...UnverifiedHop[]]
  readonly initialToken: UnverifiedInitialToken | undefined
}

/** How much a presentation may be, in characters and hops. */
export interface PresentationBounds {
  readonly presentationCharacters: number
  readonly depthHops: number
}

const GRAMMAR =
  /^[A-Za-z0-9_-]{22}(?:~[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+)+(?:~[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)?)?$/
const SECRET_CHARACTERS = 22
const SIGNATURE_CHARACTERS = 86

/**
 * Takes a presentation apart: bounds (invariant 1), grammar and canonical text (2), shape (3), algorithm (4).
 * Time linear in size; nothing is looked up, verified or kept.
 */
export function readUnverifiedPresentation(value: unknown, bounds: PresentationBounds): UnverifiedPresentation {
  const text = checkBounds(value, bounds)
  if (!GRAMMAR.test(text)) throw new PresentationMalformed('the presentation does not match the grammar')
  const secret = text.slice(0, SECRET_CHARACTERS)
  if (!isRandom128(secret)) throw new EncodingNotCanonical('the secret is not canonical base64url')
  const chain = text.slice(SECRET_CHARACTERS + 1)
  const { hops, rest } = readHops(chain)
  checkTransaction(hops)
  return { secret, chain, hops, initialToken: readInitialToken(hops, rest) }
}

function checkBounds(value: unknown, bounds: PresentationBounds): string {
  if (value === undefined || value === null || value === '') throw new PresentationMissing('no presentation')
  if (typeof value !== 'string') throw new PresentationMalformed('the presentation is not a text')
  if (value.length > bounds.presentationCharacters) {
    const found = `${value.length} characters of at most ${bounds.presentationCharacters}`
    throw new PresentationTooLarge(`the presentation has ${found}`)
  }
  // Each hop has two dots that stand side by side, and nothing else has.
  const hops = value.split('..', bounds.depthHops + 2).length - 1
  if (hops > bounds.depthHops) throw new ChainTooDeep(`the chain has more than ${bounds.depthHops} hops`)
  return value
}

function readHops(chain: string): { hops: [UnverifiedHop, ...UnverifiedHop[]]; rest: string } {
  // Every payload is an end of the same bytes.
  const bytes = Buffer.from(chain, 'latin1')
  const payloadOf = (after: string) => bytes.subarray(bytes.length - after.length)
  const [first, afterFirst] = cut(chain, '~')
  const hops: [UnverifiedHop, ...UnverifiedHop[]] = [readHop(first, afterFirst, payloadOf(afterFirst), 0)]
  let rest = afterFirst
  for (;;) {
    const [part, after] = cut(rest, '~')
    if (!part.includes('..')) return { hops, rest }
    hops.push(readHop(part, after, payloadOf(after), hops.length))
    rest = after
  }
}

function readHop(part: string, after: string, payload: Buffer, position: number): UnverifiedHop {
  const [encodedHeader, signature] = cut(part, '..')
  if (signature.length !== SIGNATURE_CHARACTERS || !endsCanonically(signature)) {
    throw new EncodingNotCanonical('the signature is not canonical base64url of 64 bytes', { hop: position })
  }
  const header = readUnverifiedHeader(encodedHeader, position)
  checkContentType(header, after, position)
  return { position, header, encodedHeader, signature: decodeBase64url(signature), payload }
}

/** `cty` agrees with what follows (invariant 3). */
function checkContentType({ cty }: ProtectedHeader, after: string, hop: number): void {
  const expected = contentTypesOf(after)
  if (!expected.includes(cty)) throw new ContentTypeMismatch('`cty` does not say what follows the hop', { hop })
}

function contentTypesOf(after: string): readonly (ContentType | undefined)[] {
  if (after === '') return [undefined]
  const [next] = cut(after, '~')
  if (next.includes('..')) return [HOP_TYPE]
  return next.includes('.') ? ['jwt'] : ['token', 'user']
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

function readInitialToken(hops: readonly UnverifiedHop[], text: string): UnverifiedInitialToken | undefined {
  const kind = hops.at(-1)?.header.cty
  if (kind === undefined || kind === HOP_TYPE) return undefined
  const segments = text.split('.')
  if (!segments.every(endsCanonically)) throw new EncodingNotCanonical('the initial token is not canonical base64url')
  // The texts of a JWT are its header and its claims; an opaque token has none.
  const jsonTexts = kind === 'jwt' ? segments.slice(0, 2) : kind === 'user' ? segments : []
  for (const segment of jsonTexts) checkJson(segment)
  return { kind, text }
}

function checkJson(segment: string): void {
  try {
    parseStrictJson(decodeBase64url(segment))
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
