import { CertificationInvalid } from '../../errors.js'
import { overlap, type Validity } from '../../jws/certificates.js'
import type { Registration } from '../../model/registration.js'
import type { Place } from '../place.js'
import { verifyPresentedRegistration } from '../registration.js'
import type { CertificateVerifier } from './certificate-verifier.js'

/**
 * Verifies a registration whose key comes with certificates that one of these verifiers accepts. It begins with the last of them, and ends
 * with the first: invariant 10 compares hops with that window. Throws ERR_CERTIFICATION_INVALID and what `verifyRegistration` throws.
 */
export async function verifyCertifiedKey(
  text: unknown,
  place: Place,
  verifiers: readonly CertificateVerifier[],
): Promise<Registration> {
  const { registration, x5c } = await verifyPresentedRegistration(text, place)
  if (x5c === undefined) throw new CertificationInvalid('the registered key comes without certificates')
  const { notBefore, expiresAt } = overlap(registration, judge(x5c, registration, verifiers))
  if (notBefore < expiresAt) return Object.freeze({ ...registration, notBefore, expiresAt })
  throw new CertificationInvalid('at no time are the registration and all of its certificates valid')
}

/** Of several refusals the first is told. */
function judge(
  x5c: readonly string[],
  registration: Registration,
  verifiers: readonly CertificateVerifier[],
): Validity {
  const refusals: CertificationInvalid[] = []
  for (const verifier of verifiers) {
    try {
      return verifier.verifyCertificates(x5c, registration)
    } catch (error) {
      if (!(error instanceof CertificationInvalid)) throw error
      refusals.push(error)
    }
  }
  throw refusals[0]
}
