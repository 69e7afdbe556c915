import { parseUnverifiedCompact } from '../../jws/compact.js'
import { NotStrict } from '../../jws/strict-json.js'
import type { Registration } from '../../model/registration.js'
import type { Place } from '../place.js'
import { verifyRegistration } from '../registration.js'
import { CERTIFICATION_TYPE, readUnverifiedCertification } from './certification.js'

/**
 * Verifies what was found at a place by a verifier that pins no registrar: a certification is looked through and gives the
 * registration inside no more weight than a bare one has, so that registrars can be introduced before they are pinned.
 */
export async function verifyUnpinned(text: unknown, place: Place): Promise<Registration> {
  return await verifyRegistration(lookThrough(text), place)
}

/** The registration inside a certification, which nobody has verified; anything else as it is. Throws ERR_CERTIFICATION_INVALID. */
export function lookThrough(text: unknown): unknown {
  return isCertification(text) ? readUnverifiedCertification(text).registration : text
}

/** Whether a text says that it is a registrar's certification. */
export function isCertification(text: unknown): text is string {
  return typeof text === 'string' && typeOf(text) === CERTIFICATION_TYPE
}

/** Of what is not even a JWS, `verifyRegistration` says what is wrong. */
function typeOf(text: string): unknown {
  const end = text.indexOf('~')
  try {
    return parseUnverifiedCompact(end < 0 ? text : text.slice(0, end)).header.typ
  } catch (error) {
    if (error instanceof NotStrict) return undefined
    throw error
  }
}
