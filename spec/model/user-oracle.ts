import { FEW } from './cast.js'
import { AUDIENCE, claimsOf, ISSUER } from './initial.js'
import type { Case } from './occasion.js'

// The skew of initial tokens is fixed.
const SKEW_SECONDS = 5

/** Invariant 15: a user is brought by an edge of the receiver's, and vouched for in a way that the receiver takes. */
export function objectToUser(seen: Case): string | undefined {
  const { parts, origin, instance } = seen
  if (parts.initialToken === '') return undefined
  const { cty, iss } = origin.header
  if (!instance.role.edges.includes(iss)) return `\`${iss}\` is no edge`
  const { accepts } = instance.role
  if (cty === 'user' && accepts !== 'jwt') return objectToUserClaims(seen)
  if (cty === 'jwt' && accepts !== 'user') return objectToJwt(seen)
  return `no \`${cty}\` is taken here`
}

function objectToUserClaims({ parts, now }: Case): string | undefined {
  const { iss, exp } = claimsOf('user', parts.initialToken)
  if (iss !== undefined) return 'user claims with an issuer'
  if (exp === undefined) return undefined
  return Number.isInteger(exp) && Number(exp) > now - SKEW_SECONDS ? undefined : 'user claims that have expired'
}

function objectToJwt({ parts, world, now }: Case): string | undefined {
  if (!world.issuer.hasIssued(parts.initialToken)) return 'a token that was not issued to us'
  const { iss, aud, exp } = claimsOf('jwt', parts.initialToken)
  if (iss !== ISSUER || aud !== AUDIENCE) return 'a token of another issuer, or for another audience'
  return Number(exp) > now - SKEW_SECONDS ? undefined : 'a token that has expired'
}

/** Invariant 16, for the policies of `subject.ts`. */
export function objectToPolicy({ parts, origin, instance, world }: Case): string | undefined {
  const { policy } = instance.role
  const isPermitted = {
    any: true,
    few: parts.hops.length <= FEW,
    origin: origin.header.iss === world.nameOf(0),
    anonymous: parts.initialToken === '',
    absent: false,
  }[policy]
  return isPermitted ? undefined : `the policy \`${policy}\` refuses`
}
