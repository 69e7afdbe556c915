import { AlgorithmNotAllowed, EncodingNotCanonical, HeaderInvalid, JsonNotStrict } from '../errors.js'
import { MAX_CLAIMS_BYTES } from '../limits/chains.js'
import { type Algorithm, isAlgorithm } from '../model/algorithm.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import { isOperation, isServiceName } from '../model/names.js'
import { decodeBase64url, encodeBase64url, endsCanonically } from './base64url.js'
import { NotStrict, parseStrictMembers } from './strict-json.js'
import { readUsualHeader } from './usual-header.js'

/** The `typ` of a hop, and the `cty` of one that wraps another hop. */
export const HOP_TYPE = 'hop+jws'

/** What may follow a hop: another hop, or an initial token of one of three kinds. */
export type ContentType = typeof HOP_TYPE | 'jwt' | 'token' | 'user'

/** The protected header of a hop (docs/wire-format.md, section 3), by the names of RFC 7515 and RFC 7519. */
export interface ProtectedHeader {
  readonly alg: Algorithm
  readonly kid: string
  readonly typ: typeof HOP_TYPE
  readonly cty?: ContentType | undefined
  readonly iss: string
  readonly aud: string
  readonly op: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly txn?: string | undefined
  readonly req?: string | undefined
  readonly tgt?: string | undefined
  readonly claims?: JsonObject | undefined
}

/** What a header says beyond being a hop's. */
export type HopHeader = Omit<ProtectedHeader, 'typ'>

const SHA256 = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/
const RANDOM_128 = /^[A-Za-z0-9_-]{21}[AQgw]$/
const CONTENT_TYPES = new Set<JsonValue>([HOP_TYPE, 'jwt', 'token', 'user'])

const isSha256 = (value: JsonValue) => typeof value === 'string' && SHA256.test(value)
const isTime = (value: JsonValue) => Number.isSafeInteger(value) && Number(value) >= 0
const isObject = (value: JsonValue) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every member that a hop may have, and the values that it may take. */
const MEMBERS: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['alg', value => typeof value === 'string'],
  ['kid', isSha256],
  ['typ', value => value === HOP_TYPE],
  ['cty', value => CONTENT_TYPES.has(value)],
  ['iss', isServiceName],
  ['aud', isServiceName],
  ['op', isOperation],
  ['jti', isSha256],
  ['iat', isTime],
  ['exp', isTime],
  ['txn', value => typeof value === 'string' && RANDOM_128.test(value)],
  ['req', isSha256],
  ['tgt', isSha256],
  ['claims', isObject],
])
const REQUIRED = ['alg', 'kid', 'typ', 'iss', 'aud', 'op', 'jti', 'iat', 'exp']

/** Whether a text is a secret or a transaction: 128 bits in 22 canonical characters. */
export function isRandom128(text: string): boolean {
  return RANDOM_128.test(text)
}

/** Encodes a header that we made. */
export function encodeProtectedHeader(header: ProtectedHeader): string {
  return encodeBase64url(JSON.stringify(header))
}

/**
 * Reads a hop's protected header, strictly and without believing it: encoding and JSON (invariant 2), member set and
 * shapes (3), algorithm (4). `hop` is the hop's position, for errors.
 */
export function readUnverifiedHeader(segment: string, hop: number): ProtectedHeader {
  if (!endsCanonically(segment)) throw new EncodingNotCanonical('the header is not canonical base64url', { hop })
  const bytes = decodeBase64url(segment)
  return readUsualHeader(bytes.toString('latin1')) ?? readAnyHeader(bytes, hop)
}

function readAnyHeader(bytes: Buffer, hop: number): ProtectedHeader {
  const members = parseHeader(bytes, hop)
  checkMembers(members, hop)
  if (!isAlgorithm(members.get('alg'))) {
    throw new AlgorithmNotAllowed('the algorithm is neither ES256 nor EdDSA', { hop })
  }
  // Every member was checked by name and value just above; an object of one shape for all hops.
  return Object.freeze({
    alg: members.get('alg'),
    kid: members.get('kid'),
    typ: members.get('typ'),
    cty: members.get('cty'),
    iss: members.get('iss'),
    aud: members.get('aud'),
    op: members.get('op'),
    jti: members.get('jti'),
    iat: members.get('iat'),
    exp: members.get('exp'),
    txn: members.get('txn'),
    req: members.get('req'),
    tgt: members.get('tgt'),
    claims: members.get('claims'),
  }) as ProtectedHeader
}

function parseHeader(bytes: Buffer, hop: number): ReadonlyMap<string, JsonValue> {
  try {
    return parseStrictMembers(bytes, 'plain-digits')
  } catch (error) {
    if (error instanceof NotStrict) throw new JsonNotStrict(`the header is not strict JSON: ${error.message}`, { hop })
    throw error
  }
}

function checkMembers(members: ReadonlyMap<string, JsonValue>, hop: number): void {
  for (const [name, value] of members) {
    const accepts = MEMBERS.get(name)
    if (accepts === undefined) throw new HeaderInvalid('the header has an unknown member', { hop })
    if (!accepts(value)) throw new HeaderInvalid(`the header's \`${name}\` is malformed`, { hop })
  }
  for (const name of REQUIRED) {
    if (!members.has(name)) throw new HeaderInvalid(`the header has no \`${name}\``, { hop })
  }
  if (members.has('req') && members.has('tgt')) throw new HeaderInvalid('the header has both `req` and `tgt`', { hop })
  const claims = members.get('claims')
  const fault = claims === undefined ? undefined : findClaimsFault(claims as JsonObject)
  if (fault !== undefined) throw new HeaderInvalid(fault, { hop })
}

/** What is wrong with the caller's own claims, if anything: a reserved name inside, or too many bytes. */
export function findClaimsFault(claims: JsonObject): string | undefined {
  for (const name of Object.keys(claims)) {
    if (MEMBERS.has(name)) return `the claims have a member \`${name}\`, which is the header's own`
  }
  const bytes = Buffer.byteLength(JSON.stringify(claims))
  return bytes > MAX_CLAIMS_BYTES ? `the claims take ${bytes} bytes of at most ${MAX_CLAIMS_BYTES}` : undefined
}
