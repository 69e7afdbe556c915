import type { Frame, InitialToken } from '../model/frame.js'
import type { JsonObject } from '../model/json.js'
import type { PolicyFrame, PolicyInput } from '../model/policy.js'
import type { UnverifiedHop, UnverifiedPresentation } from './presentation.js'
import type { VerifiedCall } from './verified-call.js'

const NO_CLAIMS: JsonObject = Object.freeze(Object.create(null))

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

function toPolicyFrame(frame: Frame): PolicyFrame {
  const { service, operation, audience, id, issuedAt, expiresAt, claims } = frame
  const own = { iss: service, aud: Object.freeze([audience]), op: operation, jti: id, iat: issuedAt, exp: expiresAt }
  // An object that loses its prototype stays quicker and smaller than one that is made without.
  const seen: JsonObject = claims === NO_CLAIMS ? Object.setPrototypeOf(own, null) : withOwnClaims(claims, own)
  return Object.freeze({ service, operation, claims: Object.freeze(seen) })
}

function withOwnClaims(claims: JsonObject, own: JsonObject): JsonObject {
  return Object.assign(Object.create(null), claims, own)
}
