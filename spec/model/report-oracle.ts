import { isDeepStrictEqual } from 'node:util'
import type { VerifiedCall } from '../../lib/index.js'
import { claimsOf } from './initial.js'
import type { Case } from './occasion.js'

/** The call says of itself what was presented, hop by hop. */
export function isReported({ parts, origin, newest, operation }: Case, call: VerifiedCall): boolean {
  const frames = parts.hops.map(({ header }) => ({
    service: header.iss,
    kid: header.kid,
    audience: header.aud,
    operation: header.op,
    id: header.jti,
    issuedAt: header.iat,
    expiresAt: header.exp,
    claims: header.claims ?? {},
  }))
  const kind = parts.initialToken === '' ? undefined : origin.header.cty
  const initialToken = kind && { kind, claims: claimsOf(kind, parts.initialToken) }
  const told = [
    call.callStack,
    call.transaction,
    call.initialToken,
    call.operation,
    call.expiresAt,
    call.decision.effect,
  ]
  const said = [frames, origin.header.txn, initialToken, operation, newest.header.exp, 'accept']
  return isDeepStrictEqual(asJson(told), asJson(said))
}

/** Prototypes and undefined members aside. */
function asJson(value: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(value))
}
