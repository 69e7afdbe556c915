import type { VerifiedInitialToken } from '../initial-token/initial-token-verifier.js'
import type { SigningKey } from '../jws/signing-key.js'
import type { Policy } from '../model/policy.js'
import type { Registration } from '../model/registration.js'
import type { ReplayStore } from '../replay/replay-store.js'
import type { ClaimsAlongChain } from './claims-along-chain.js'
import type { PresentationBounds, UnverifiedInitialToken } from './presentation.js'
import type { TimeLimits } from './time.js'
import type { VerifiedChains } from './verified-chains.js'

/** The numbers that wrap and unwrap keep to. */
export interface ChainLimits extends PresentationBounds, TimeLimits {
  /** How long a presentation for an operation is fresh. */
  readonly presentationSeconds: (operation: string) => number
}

/** Finds the verified registration of a service's key. Throws what is wrong with it, by code. */
export interface KeySource {
  find(service: string, kid: string, now: number): Promise<Registration>
  /** The same where nobody need be asked; undefined where somebody must be. */
  findFresh(service: string, kid: string, now: number): Registration | undefined
  /** The same where what was found earlier may have been renewed since. */
  findRenewed(service: string, kid: string, now: number): Promise<Registration>
}

/** Verifies what a chain begins with. */
export interface InitialTokenSource {
  verify(
    initialToken: UnverifiedInitialToken,
    now: number,
    origin: string,
  ): Promise<VerifiedInitialToken> | VerifiedInitialToken
}

/** What a service needs to receive calls. */
export interface Receiver {
  readonly name: string
  readonly keys: KeySource
  readonly limits: ChainLimits
  /** Origins that may bring a user. */
  readonly edges: ReadonlySet<string>
  readonly initialTokens: InitialTokenSource
  readonly replay: ReplayStore
  /** Chains that were verified inside earlier calls. */
  readonly verifiedChains: VerifiedChains
  /** Claims that hops may not state as they like; none if absent. */
  readonly claimsAlongChain?: ClaimsAlongChain | undefined
  /** Without one, every call is refused. */
  readonly policy: Policy | undefined
  /** Whether a rejecting policy keeps calls of an operation out, or is only reported. */
  readonly enforces: (operation: string) => boolean
}

/** What a service needs to make hops. */
export interface Sender {
  readonly name: string
  readonly limits: ChainLimits
  readonly key: SigningKey
  /** The end of the key's registration, in seconds since the epoch. */
  readonly keyExpiresAt: number
}
