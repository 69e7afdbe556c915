import { CredentialForeign, CredentialInvalid, KeyRevoked, KeyUnknown, RegistryUnavailable } from '../errors.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../limits/keys.js'
import type { KeyRegistry, Publication, RegistryEntry } from '../model/registry.js'
import { withDeadline } from '../registry/deadline.js'
import type { Place } from '../registry/place.js'
import type { Audit } from './audit.js'
import type { Authenticator, Evidence, Identity } from './authenticator.js'
import type { Certifier } from './certifier.js'
import { type ListingPage, Listings } from './listings.js'
import { readableEntry } from './readable-entry.js'
import type { RequestRates } from './request-rates.js'

/** What a registrar's desk is made of. */
export interface DeskParts {
  readonly registry: KeyRegistry
  readonly certifier: Certifier
  readonly authenticators: readonly Authenticator[]
  readonly writes: RequestRates
}

/** What somebody wants written in a service's name. */
export interface Application {
  readonly evidence: Evidence
  /** Reads what he sends, once he was let in. */
  readonly readBody: () => Promise<Buffer>
  /** What is found out goes in here. */
  readonly audit: Audit
}

/** The work of a registrar, whatever it is asked over. */
export class RegistrarDesk {
  readonly #parts: DeskParts
  readonly #listings: Listings

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#listings = new Listings(service => this.#list(service))
  }

  async find({ service, kid }: Place): Promise<RegistryEntry> {
    const entry = await this.#ask(registry => registry.find(service, kid))
    if (entry === undefined) throw new KeyUnknown(`no registered key \`${kid}\` of \`${service}\``)
    return readableEntry(entry)
  }

  page(service: string | undefined, after: string | undefined): Promise<ListingPage> {
    return this.#listings.page(service, after)
  }

  /** Certifies a registration for the service that asks for it, and publishes it. */
  async register(place: Place, { evidence, readBody, audit }: Application): Promise<Publication> {
    const { thumbprint } = await this.#admit(evidence, place.service, audit)
    const registration = (await readBody()).toString('latin1')
    const { now } = evidence
    const certified = await this.#parts.certifier.certify({ place, registration, provenWith: thumbprint, now })
    await this.#ask(registry => registry.publish(certified))
    audit.expiresAt = certified.expiresAt
    return certified
  }

  /** Leaves a tombstone for a key of the service that asks for it. */
  async revoke({ service, kid }: Place, { evidence, audit }: Application): Promise<void> {
    await this.#admit(evidence, service, audit)
    await this.#ask(registry => registry.revoke(service, kid))
  }

  /** Enrols a key of the service that shows an operator's token, or an enrolment that still holds. */
  async enrol(service: string, { evidence, readBody, audit }: Application): Promise<string> {
    const enrols = this.#parts.authenticators.find(authenticator => authenticator.enrols !== undefined)?.enrols
    if (enrols === undefined) throw new CredentialInvalid('this registrar enrols nobody')
    const body = await readBody()
    const isHopKey = async (kid: string) => (await this.#ask(registry => registry.find(service, kid))) !== undefined
    return await enrols({ evidence, service, body, isHopKey, audit })
  }

  /** Who asks, if that is the service in whose name he asks. */
  async #admit(evidence: Evidence, service: string, audit: Audit): Promise<Identity> {
    const identity = await this.#authenticate(evidence)
    audit.credential = identity.kind
    audit.client = identity.client
    audit.authenticated = identity.service
    if (identity.service !== service) throw new CredentialForeign(`the credential is \`${identity.service}\`'s`)
    this.#parts.writes.take(service)
    return identity
  }

  async #list(service: string | undefined): Promise<readonly RegistryEntry[]> {
    const entries = await this.#ask(registry => registry.list(service))
    return entries.map(readableEntry)
  }

  async #authenticate(evidence: Evidence): Promise<Identity> {
    for (const authenticator of this.#parts.authenticators) {
      const identity = await authenticator.authenticate(evidence)
      if (identity !== undefined) return identity
    }
    throw new CredentialInvalid('no credential of a kind that this registrar takes')
  }

  async #ask<T>(question: (registry: KeyRegistry) => Promise<T>): Promise<T> {
    try {
      return await withDeadline(REGISTRY_TIMEOUT_SECONDS, () => question(this.#parts.registry))
    } catch (cause) {
      if (cause instanceof KeyRevoked) throw cause
      throw new RegistryUnavailable('the registry cannot answer', { cause })
    }
  }
}
