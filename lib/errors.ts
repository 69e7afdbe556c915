/** Every error of the library, by family. docs/errors.md has the codes. */
export {
  LookupsExhausted,
  RegistryUnavailable,
  ReplayStoreFull,
  ReplayStoreUnavailable,
  ReplayStoreYoung,
} from './errors/availability.js'
export {
  AvailabilityError,
  CountersignError,
  LocalError,
  OptionError,
  PermissionError,
  TokenError,
} from './errors/base.js'
export {
  AudienceMismatch,
  ClaimChanged,
  ClaimWidened,
  CustodyBroken,
  HopExpired,
  HopLifetimeInvalid,
  HopNesting,
  HopNotYetValid,
  HopOutsideRegistration,
  OperationMismatch,
  PolicyRejected,
  PresentationReplayed,
  PresentationStale,
  SealBroken,
  SignatureInvalid,
} from './errors/chain.js'
export {
  BearerBound,
  BearerMalformed,
  BearerMissing,
  ExchangeRefused,
  SessionMissing,
  TokenPassedOn,
} from './errors/edge.js'
export {
  EdgeNotAllowed,
  InitialTokenExpired,
  InitialTokenForeign,
  InitialTokenInvalid,
  InitialTokenNotAccepted,
  IssuerUnavailable,
} from './errors/initial-token.js'
export {
  AlgorithmMismatch,
  CertificationInvalid,
  KeyInvalid,
  KeyRevoked,
  KeyUnknown,
  RegistrationInvalid,
  RegistrationMismatch,
  SigningKeyUnusable,
} from './errors/key.js'
export { PolicyInvalid, type PolicyProblem, PolicyUnreadable } from './errors/policy.js'
export {
  AlgorithmNotAllowed,
  ChainTooDeep,
  ContentTypeMismatch,
  EncodingNotCanonical,
  HeaderInvalid,
  JsonNotStrict,
  PresentationMalformed,
  PresentationMissing,
  PresentationRepeated,
  PresentationTooLarge,
  TransactionMisplaced,
} from './errors/presentation.js'
export { CredentialForeign, CredentialInvalid, DelegationEnded, RateExceeded } from './errors/registrar.js'
export {
  BodyConsumed,
  BodyIncomplete,
  BodyMalformed,
  BodyTooLarge,
  RequestAbsent,
  RequestMismatch,
  RequestUnbound,
} from './errors/request.js'
export {
  BodyStreamed,
  ChainFull,
  ContextMissing,
  DestinationRefused,
  type HopCost,
  LifetimeExhausted,
  ParentForeign,
  ServiceStopped,
} from './errors/sender.js'
