import { base64url } from '../forge/base64url.js'
import { verifiesUnder } from './keyring.js'
import type { Case } from './occasion.js'

/** Every hop in the name of a service that is not corrupted was minted by it, with exactly these contents. */
export function objectToForgery({ parts, world }: Case): string | undefined {
  for (const { header, encodedHeader, payload } of parts.hops) {
    const isCorrupted = world.cast.roles.some(role => role.name === header.iss && role.corrupted)
    if (isCorrupted) continue
    const mint = world.ledger.find(header)
    if (mint === undefined) return `\`${header.iss}\` never minted this hop`
    const isExact = mint.service === header.iss && mint.encodedHeader === encodedHeader && mint.payload === payload
    if (!isExact) return `\`${header.iss}\` minted something else`
  }
  return undefined
}

/** Invariants 4 to 7: every hop, of whomever, is signed with a sound key that its service has registered itself. */
export function objectToKeys({ parts, findPlace }: Case): string | undefined {
  for (const { header, encodedHeader, payload, signature } of parts.hops) {
    const { iss, kid, alg } = header
    const place = findPlace(iss, kid)
    if (place === undefined || !place.isSound) return `\`${iss}\` has not registered this key`
    if (place.isRevoked) return `\`${iss}\` has revoked this key`
    if (!verifiesUnder(kid, alg, `${encodedHeader}.${base64url(payload)}`, signature))
      return `\`${iss}\` did not sign this`
  }
  return undefined
}
