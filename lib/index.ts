/** The front door. Adapters are subpath exports: `countersign/express`, `countersign/fastify`, `countersign/node`. */

export type { BoundRequest, RequiredBinding } from './chain/request-binding.js'
export type { Expectation } from './chain/unwrap.js'
export type { VerifiedCall } from './chain/verified-call.js'
export type { Clock } from './clock.js'
export type { HopCost, PolicyProblem } from './errors.js'
export {
  AlgorithmMismatch,
  AlgorithmNotAllowed,
  AudienceMismatch,
  AvailabilityError,
  BearerBound,
  BearerMalformed,
  BearerMissing,
  BodyConsumed,
  BodyIncomplete,
  BodyMalformed,
  BodyStreamed,
  BodyTooLarge,
  CertificationInvalid,
  ChainFull,
  ChainTooDeep,
  ClaimChanged,
  ClaimWidened,
  ContentTypeMismatch,
  ContextMissing,
  CountersignError,
  CredentialForeign,
  CredentialInvalid,
  CustodyBroken,
  DelegationEnded,
  DestinationRefused,
  EdgeNotAllowed,
  EncodingNotCanonical,
  ExchangeRefused,
  HeaderInvalid,
  HopExpired,
  HopLifetimeInvalid,
  HopNesting,
  HopNotYetValid,
  HopOutsideRegistration,
  InitialTokenExpired,
  InitialTokenForeign,
  InitialTokenInvalid,
  InitialTokenNotAccepted,
  IssuerUnavailable,
  JsonNotStrict,
  KeyInvalid,
  KeyRevoked,
  KeyUnknown,
  LifetimeExhausted,
  LocalError,
  LookupsExhausted,
  OperationMismatch,
  OptionError,
  ParentForeign,
  PermissionError,
  PolicyInvalid,
  PolicyRejected,
  PolicyUnreadable,
  PresentationMalformed,
  PresentationMissing,
  PresentationRepeated,
  PresentationReplayed,
  PresentationStale,
  PresentationTooLarge,
  RateExceeded,
  RegistrationInvalid,
  RegistrationMismatch,
  RegistryUnavailable,
  ReplayStoreFull,
  ReplayStoreUnavailable,
  ReplayStoreYoung,
  RequestAbsent,
  RequestMismatch,
  RequestUnbound,
  SealBroken,
  ServiceStopped,
  SessionMissing,
  SignatureInvalid,
  SigningKeyUnusable,
  TokenError,
  TokenPassedOn,
  TransactionMisplaced,
} from './errors.js'
export type { Fetch, FetchInit, FetchResponse } from './http/client.js'
export type { StreamTreatment } from './http/outbound-body.js'
export type { InitialTokenOption } from './initial-token/initial-token-option.js'
export type { InitialTokenVerifier, VerifiedInitialToken } from './initial-token/initial-token-verifier.js'
export type { IntrospectedType } from './initial-token/introspected-type.js'
export type { JwksFetch } from './initial-token/jwks-document.js'
export type { JwtAlgorithm } from './initial-token/jwt-algorithm.js'
export { jwtIssuer } from './initial-token/jwt-issuer.js'
export type { JwtIssuerOptions, JwtType } from './initial-token/jwt-issuer-options.js'
export type { OriginOption } from './initial-token/origin-binding.js'
export type { CertificatesOption } from './jws/certificates.js'
export type { PublicJwk } from './jws/public-key.js'
export type { BroughtKey, CertifiedKey, ExternalKey } from './jws/signing-key.js'
export type { Algorithm } from './model/algorithm.js'
export type { Decision, ListVerdict, RuleReference } from './model/decision.js'
export type { Frame, InitialToken } from './model/frame.js'
export type { JsonObject, JsonValue } from './model/json.js'
export type { Policy, PolicyFrame, PolicyInput } from './model/policy.js'
export type { KeyRegistry, Publication, RegistryChange, RegistryEntry, RegistryWatch } from './model/registry.js'
export { type ParsePolicyOptions, parsePolicy } from './policy/parse-policy.js'
export { loadPolicy } from './policy/policy-file.js'
export { type WatchedPolicy, type WatchPolicyOptions, watchPolicy } from './policy/watch-policy.js'
export { FileRegistry } from './registry/file-registry.js'
export { MemoryRegistry } from './registry/memory-registry.js'
export type { CertificateVerifier } from './registry/pki/certificate-verifier.js'
export type { Registrar } from './registry/registrar/pinned-registrars.js'
export { MemoryReplayStore, type MemoryReplayStoreOptions } from './replay/memory-replay-store.js'
export type { ReplayEntry, ReplayStore } from './replay/replay-store.js'
export { CALL_CHANNEL, type CallEvent } from './service/call-event.js'
export type { ClaimsOption } from './service/claims-option.js'
export {
  type CandidateDecision,
  type ClaimedCaller,
  DECISION_CHANNEL,
  type DecisionEvent,
  type DecisionLog,
} from './service/decision-event.js'
export type { LimitOptions } from './service/limit-options.js'
export type { EnforcementMode, ModeOption } from './service/mode.js'
export type { ServiceOptions } from './service/options.js'
export type {
  Beginning,
  BeginOptions,
  FetchOptions,
  HopOptions,
  Source,
  WrapOptions,
} from './service/outbound-options.js'
export { REGISTRY_CHANNEL, type RegistryEvent } from './service/registry-event.js'
export { Service } from './service.js'
export { type DecisionCount, DecisionCounters, type DecisionCountersOptions } from './telemetry/decision-counters.js'
export type { DecisionLabels } from './telemetry/decision-labels.js'
