import type { Algorithm } from '../model/algorithm.js'

// A header without own claims, exactly as this library writes it: no white space, no escapes, the members in this order. It is
// a subset of what the strict parser and the member table accept, each part as narrow as theirs; times of up to 15 digits are safe integers.
const SHA256 = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]'
const SERVICE_NAME = '[a-z0-9][a-z0-9._-]{0,127}'
const OPERATION = '[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}'
const TIME = '0|[1-9][0-9]{0,14}'
const USUAL_HEADER = new RegExp(
  `^{"alg":"(ES256|EdDSA)","kid":"(${SHA256})","typ":"hop\\+jws"(?:,"cty":"(hop\\+jws|jwt|token|user)")?` +
    `,"iss":"(${SERVICE_NAME})","aud":"(${SERVICE_NAME})","op":"(${OPERATION})","jti":"(${SHA256})"` +
    `,"iat":(${TIME}),"exp":(${TIME})(?:,"txn":"([A-Za-z0-9_-]{21}[AQgw])")?` +
    `(?:,"req":"(${SHA256})"|,"tgt":"(${SHA256})")?}$`,
)

/** A hop's protected header without own claims. */
export interface UsualHeader {
  readonly alg: Algorithm
  readonly kid: string
  readonly typ: 'hop+jws'
  readonly cty: 'hop+jws' | 'jwt' | 'token' | 'user' | undefined
  readonly iss: string
  readonly aud: string
  readonly op: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly txn: string | undefined
  readonly req: string | undefined
  readonly tgt: string | undefined
  /** Where the strict parser puts them: every header has one shape. */
  readonly claims: undefined
}

/**
 * Reads a header in the usual form in one step, several times faster than the strict parser. Undefined for every other text, lawful
 * or not: the strict parser decides over those.
 */
export function readUsualHeader(text: string): UsualHeader | undefined {
  const match = USUAL_HEADER.exec(text)
  if (match === null) return undefined
  const [, alg, kid, cty, iss, aud, op, jti, iat, exp, txn, req, tgt] = match
  // The expression has found every one of them, or left it out where it may be left out.
  return Object.freeze({
    alg: alg as Algorithm,
    kid: kid as string,
    typ: 'hop+jws',
    cty: cty as UsualHeader['cty'],
    iss: iss as string,
    aud: aud as string,
    op: op as string,
    jti: jti as string,
    iat: Number(iat),
    exp: Number(exp),
    txn,
    req,
    tgt,
    claims: undefined,
  })
}
