import { FRESH_SECONDS } from './cast.js'
import { claimsOf } from './initial.js'
import type { Case } from './occasion.js'

const HOP_SECONDS = 300

/** Invariant 10: every hop has a lawful life and is alive, inside what it wraps and its key's registration. */
export function objectToTimes({ parts, origin, world, now, findPlace }: Case): string | undefined {
  const { skewSeconds: skew } = world.cast
  for (const [at, { header }] of parts.hops.entries()) {
    const { iat, exp, iss, kid } = header
    if (exp <= iat || exp - iat > HOP_SECONDS) return `hop ${at} lives ${exp - iat} s`
    if (iat - skew > now) return `hop ${at} is signed ${iat - now} s in the future`
    if (now - skew >= exp) return `hop ${at} expired ${now - exp} s ago`
    const place = findPlace(iss, kid)
    if (place !== undefined && (iat + skew < place.from || exp > place.until))
      return `hop ${at} is outside its registration`
    const inner = parts.hops[at + 1]?.header
    if (inner !== undefined && inner.iat - skew > iat) return `hop ${at} is older than what it wraps`
    if (inner !== undefined && exp > inner.exp) return `hop ${at} outlives what it wraps`
  }
  const { cty } = origin.header
  const end = cty === 'jwt' || cty === 'user' ? claimsOf(cty, parts.initialToken).exp : undefined
  if (typeof end === 'number' && origin.header.exp > end) return 'the origin outlives its initial token'
  return undefined
}

/** Invariant 10: the newest hop is fresh. */
export function objectToAge({ newest, operation, world, now }: Case): string | undefined {
  const age = now - newest.header.iat
  return age > FRESH_SECONDS[operation] + world.cast.skewSeconds ? `the presentation is ${age} s old` : undefined
}
