import type { X509Certificate } from 'node:crypto'
import type { Audit } from './audit.js'
import type { CredentialKind } from './credential-kind.js'

/** What a request brings along to prove who sends it. Nothing of it is verified, save that TLS verified the certificate. */
export interface Evidence {
  /** Of the header `Authorization`, in lower case; undefined without that header. */
  readonly scheme: string | undefined
  /** What follows the scheme. */
  readonly credential: string
  /** The client's certificate, where one of the registrar's own authorities issued it. */
  readonly certificate: X509Certificate | undefined
  /** The registrar's URL: whom a credential must be for. */
  readonly audience: string
  /** Seconds since the epoch. */
  readonly now: number
}

/** Who sends a request: proven. */
export interface Identity {
  readonly kind: CredentialKind
  /** The one service that the credential maps to. */
  readonly service: string
  /** What the credential calls its holder, for the audit log. */
  readonly client: string
  /** Thumbprint of the key that proves it, where that is known: no hop may be signed with that key. */
  readonly thumbprint: string | undefined
}

/** One way to authenticate. */
export interface Authenticator {
  readonly kind: CredentialKind
  /**
   * Says who sends a request, or undefined where it brings no credential of this kind. Throws ERR_CREDENTIAL_INVALID, and an
   * AvailabilityError where somebody must be asked who cannot answer.
   */
  authenticate(evidence: Evidence): Promise<Identity | undefined>
  /** Enrols services, where that is what this does. */
  readonly enrols?: Enrolling | undefined
}

/** A service that wants its own key to be enrolled. */
export interface EnrolmentRequest {
  readonly evidence: Evidence
  /** The service whose path was asked. */
  readonly service: string
  /** What it sent. */
  readonly body: Buffer
  /** Whether a key is registered to sign hops: then it must not sign assertions. */
  readonly isHopKey: (thumbprint: string) => Promise<boolean>
  /** What is found out goes in here, for the audit log. */
  readonly audit: Audit
}

/** Takes an enrolment token, or an enrolment that still holds, and gives an enrolment for a service's own key. */
export type Enrolling = (request: EnrolmentRequest) => Promise<string>
