import type { KeyObject } from 'node:crypto'
import { CountersignError, OptionError } from '../../../lib/errors.js'
import { importSigningKey } from '../../../lib/jws/signing-key.js'
import type { Registration } from '../../../lib/model/registration.js'
import {
  type CertificateAuthorityOptions,
  certificateAuthority,
} from '../../../lib/registry/pki/certificate-authority.js'
import { resolveRegistrars } from '../../../lib/registry/registrar/pinned-registrars.js'
import { signRegistration } from '../../../lib/registry/registration.js'
import type { Issued } from './certificate-shop.js'

/** A registration and who judges it. */
export interface Presented extends Partial<Omit<CertificateAuthorityOptions, 'roots'>> {
  readonly roots: readonly Issued[]
  readonly service?: string
  /** Whose registration it is: the first certificate's if absent. */
  readonly key?: KeyObject
  readonly notBefore?: number
  readonly expiresAt?: number
}

/** The registered text of a key with certificates, whatever they are. */
export async function register(
  x5c: readonly string[],
  { key, service, notBefore, expiresAt }: Required<Pick<Presented, 'key' | 'service' | 'notBefore' | 'expiresAt'>>,
): Promise<{ readonly text: string; readonly kid: string }> {
  const signingKey = await importSigningKey(key)
  const certificates = { x5c, validity: { notBefore, expiresAt } }
  const text = await signRegistration({ ...signingKey, certificates }, { service, notBefore, expiresAt })
  return { text, kid: signingKey.kid }
}

/** Verifies a registration whose key comes with these certificates, as a service does that trusts these roots. */
export async function verifyChain(
  chain: readonly (Issued | string)[],
  { roots, spiffeId, ...presented }: Presented,
): Promise<Registration> {
  const [own] = chain
  const now = Math.floor(Date.now() / 1000)
  const { service = 'cart', notBefore = now, expiresAt = now + 3600 } = presented
  const { key = typeof own === 'object' ? own.key : undefined } = presented
  if (key === undefined) throw new Error('the key of the registration is not known')
  const x5c = chain.map(item => (typeof item === 'string' ? item : item.certificate.raw.toString('base64')))
  const { text, kid } = await register(x5c, { key, service, notBefore, expiresAt })
  const authority = await certificateAuthority({ roots: roots.map(({ certificate }) => certificate), spiffeId })
  const verify = await resolveRegistrars([authority])
  return await verify(text, { service, kid })
}

/** `accepted`, or why a chain is refused: the code and the message. */
export async function verdictOf(chain: readonly (Issued | string)[], presented: Presented): Promise<string> {
  try {
    await verifyChain(chain, presented)
    return 'accepted'
  } catch (error) {
    if (error instanceof CountersignError || error instanceof OptionError) return `${error.code}: ${error.message}`
    throw error
  }
}
