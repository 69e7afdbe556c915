import { bareObject } from '../bare-object.js'
import type { Frame, InitialToken } from '../model/frame.js'
import type { JsonObject } from '../model/json.js'
import type { PolicyFrame, PolicyInput } from '../model/policy.js'
import type { UnverifiedHop, UnverifiedPresentation } from './presentation.js'
import type { VerifiedCall } from './verified-call.js'

const NO_CLAIMS: JsonObject = Object.freeze(bareObject())

/** The frames of hops that were all verified, nearest caller first. */
export function toCallStack(hops: UnverifiedPresentation<unknown>['hops']): VerifiedCall['callStack'] {
  // As many frames as hops, and of those there is one at least.
  return Object.freeze(hops.map(toFrame)) as readonly Frame[] as VerifiedCall['callStack']
}

function toFrame({ header }: UnverifiedHop): Frame {
  return Object.freeze({
    service: header.iss,
    kid: header.kid,
    audience: header.aud,
    operation: header.op,
    id: header.jti,
    issuedAt: header.iat,
    expiresAt: header.exp,
    claims: header.claims ?? NO_CLAIMS,
  })
}

/** What a policy sees of a call that is judged at this moment. */
export function toPolicyInput(
  callStack: readonly Frame[],
  initialToken: InitialToken | undefined,
  now: number,
): PolicyInput {
  return Object.freeze({
    callStack: Object.freeze(callStack.map(toPolicyFrame)),
    initialToken: initialToken && Object.freeze({ claims: initialToken.claims }),
    now,
  })
}

function toPolicyFrame({ service, operation, audience, id, issuedAt, expiresAt, claims }: Frame): PolicyFrame {
  const seen = bareObject()
  if (claims !== NO_CLAIMS) Object.assign(seen, claims)
  seen.iss = service
  seen.aud = Object.freeze([audience])
  seen.op = operation
  seen.jti = id
  seen.iat = issuedAt
  seen.exp = expiresAt
  return Object.freeze({ service, operation, claims: Object.freeze(seen) })
}
