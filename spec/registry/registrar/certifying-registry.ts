import type { SigningKey } from '../../../lib/jws/signing-key.js'
import type { Publication } from '../../../lib/model/registry.js'
import { MemoryRegistry } from '../../../lib/registry/memory-registry.js'
import { signCertification } from '../../../lib/registry/registrar/certification.js'

/** A registry behind a registrar that asks nobody who he is: everything that is published gets certified. */
export class CertifyingRegistry extends MemoryRegistry {
  readonly #key: SigningKey
  readonly #delegation: string | undefined
  readonly #now: () => number

  constructor(key: SigningKey, now: () => number, delegation?: string) {
    super()
    this.#key = key
    this.#now = now
    this.#delegation = delegation
  }

  override async publish(publication: Publication): Promise<void> {
    const { registration, expiresAt } = publication
    const terms = { issuedAt: this.#now(), expiresAt }
    const certified = await signCertification(registration, this.#key, terms, this.#delegation)
    await super.publish({ ...publication, registration: certified })
  }
}
