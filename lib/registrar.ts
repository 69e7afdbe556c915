/** `countersign/registrar`: the service that certifies registrations in front of a registry. */
export { type AccessTokenOptions, accessToken } from './registrar/access-token.js'
export type { Audit, AuditEvent, AuditLog } from './registrar/audit.js'
export type {
  Authenticator,
  Enrolling,
  EnrolmentRequest,
  Evidence,
  Identity,
} from './registrar/authenticator.js'
export { type ClientAssertionOptions, clientAssertion } from './registrar/client-assertion.js'
export { type ClientCertificateOptions, clientCertificate } from './registrar/client-certificate.js'
export type { CredentialKind } from './registrar/credential-kind.js'
export { type EnrolmentOptions, enrolment } from './registrar/enrolment.js'
export type { DelegationOption } from './registrar/held-delegation.js'
export { type DelegateOptions, delegate, type EnrolmentTokenOptions, enrolmentToken } from './registrar/operator.js'
export type { ListenOption, ListenTls, RegistrarLimitOptions, RegistrarOptions } from './registrar/registrar-options.js'
export { type Registrar, startRegistrar } from './registrar/registrar-server.js'
