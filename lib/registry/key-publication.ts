import { CountersignError, KeyRevoked, OptionError, RegistryUnavailable, SigningKeyUnusable } from '../errors.js'
import type { SigningKey } from '../jws/signing-key.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../limits/keys.js'
import type { KeyRegistry } from '../model/registry.js'
import { withDeadline } from './deadline.js'
import { type RegistrationTerms, signRegistration, verifyRegistration } from './registration.js'

/**
 * Signs a key's registration, verifies it as any reader would, and publishes it. Throws ERR_SIGNING_KEY_UNUSABLE if the key
 * does not sign, ERR_KEY_REVOKED if it has a tombstone, ERR_REGISTRY_UNAVAILABLE if the registry does not take it.
 */
export async function publishKey(key: SigningKey, terms: RegistrationTerms, registry: KeyRegistry): Promise<void> {
  const { service, expiresAt } = terms
  const registration = await withDeadline(REGISTRY_TIMEOUT_SECONDS, () => signVerifiably(key, terms)).catch(refuseKey)
  const publication = { service, kid: key.kid, registration, expiresAt }
  try {
    await withDeadline(REGISTRY_TIMEOUT_SECONDS, async () => registry.publish(publication))
  } catch (cause) {
    if (cause instanceof KeyRevoked) throw cause
    throw new RegistryUnavailable('the registry does not take the registration', { cause })
  }
}

/** Verifying proves that a key which was brought, or one that is held elsewhere, signs what it is given. */
async function signVerifiably(key: SigningKey, terms: RegistrationTerms): Promise<string> {
  const registration = await signRegistration(key, terms)
  await verifyRegistration(registration, { service: terms.service, kid: key.kid })
  return registration
}

function refuseKey(cause: unknown): never {
  if (cause instanceof SigningKeyUnusable || cause instanceof OptionError) throw cause
  const found = cause instanceof CountersignError ? 'its signature does not verify' : 'it does not sign'
  throw new SigningKeyUnusable(`the key cannot be registered: ${found}`, { cause })
}
