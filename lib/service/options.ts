import type { Clock } from '../clock.js'
import { OptionError } from '../errors.js'
import type { Fetch } from '../http/client.js'
import type { InitialTokenOption } from '../initial-token/initial-token-option.js'
import type { BroughtKey } from '../jws/signing-key.js'
import { type Algorithm, isAlgorithm } from '../model/algorithm.js'
import { isServiceName } from '../model/names.js'
import type { Policy } from '../model/policy.js'
import type { KeyRegistry } from '../model/registry.js'
import { checkOptions } from '../options.js'
import type { Registrar } from '../registry/registrar/pinned-registrars.js'
import type { ReplayStore } from '../replay/replay-store.js'
import type { ClaimsOption } from './claims-option.js'
import type { DecisionLog } from './decision-event.js'
import type { LimitOptions } from './limit-options.js'
import type { ModeOption } from './mode.js'

/** What `Service.start` takes. A member that is not listed here is refused. */
export interface ServiceOptions {
  /** The name to register under: `[a-z0-9][a-z0-9._-]{0,127}`. */
  readonly name: string
  /** Where registrations are kept. Several services of one process may share it; `stop` leaves it open. */
  readonly registry: KeyRegistry
  /**
   * Public JWKs of registrars, or of roots that delegate to registrars, and PKIs, each by `await certificateAuthority(...)`: only
   * registrations that these certified are used.
   */
  readonly registrars?: readonly Registrar[] | undefined
  /** Decides over incoming calls. Without one the service can call, but refuses every incoming call. */
  readonly policy?: Policy | undefined
  /** A policy on trial: it judges the same calls as `policy`, changes nothing, and what it says stands in the event. */
  readonly candidatePolicy?: Policy | undefined
  /** Origins that may bring a user; none if absent. */
  readonly edges?: readonly string[] | undefined
  /** Which initial tokens are accepted and sent, each kind with its verifier; `user` claims alone if absent. */
  readonly initialToken?: InitialTokenOption | undefined
  /** Claims that hops may not state as they like: only narrower than what they wrap, or only the same; none if absent. */
  readonly claimsAlongChain?: ClaimsOption | undefined
  /** Where each audience is: tokens go nowhere else. Without it, `fetch` sends them to the URL that it is given. */
  readonly destinations?: Readonly<Record<string, string>> | undefined
  /** node-fetch if absent. Redirects are never followed. */
  readonly fetch?: Fetch | undefined
  /** Seconds since the epoch; the machine's clock if absent. */
  readonly clock?: Clock | undefined
  /** A private JWK, a private KeyObject or `{ publicJwk, sign }`, or `{ key, certificates }` around one; generated in memory if absent. */
  readonly key?: BroughtKey | undefined
  /** Of the generated key: `ES256` if absent. */
  readonly algorithm?: Algorithm | undefined
  /** Remembers presentations, so that each is accepted once; in memory, for this instance alone, if absent. */
  readonly replay?: ReplayStore | undefined
  readonly limits?: LimitOptions | undefined
  /** Takes every decision over an incoming call; refusals go to standard error if absent. */
  readonly log?: DecisionLog | undefined
  /** `enforce` if absent. `observe` reports what the policy rejects, and lets it in; nothing else is relaxed. */
  readonly mode?: ModeOption | undefined
}

const KNOWN = [
  'name',
  'registry',
  'registrars',
  'policy',
  'candidatePolicy',
  'edges',
  'claimsAlongChain',
  'initialToken',
  'destinations',
  'fetch',
  'clock',
  'key',
  'algorithm',
  'replay',
  'limits',
  'log',
  'mode',
] as const

/** Refuses options that are no service's (ERR_OPTION). Limits, mode, destinations and initial tokens check their own. */
export function validateServiceOptions(options: ServiceOptions): void {
  checkOptions('Service.start', options, KNOWN)
  if (!isServiceName(options.name)) throw new OptionError('`name` must match [a-z0-9][a-z0-9._-]{0,127}')
  checkMethods('registry', options.registry, ['publish', 'find', 'watch'], ': give a FileRegistry, for example')
  for (const name of ['policy', 'candidatePolicy'] as const) {
    if (options[name] !== undefined)
      checkMethods(name, options[name], ['evaluate'], ': did you forget `await loadPolicy(...)`?')
  }
  if (options.candidatePolicy !== undefined && options.policy === undefined)
    throw new OptionError('`candidatePolicy` is compared with a `policy`: give both')
  if (options.replay !== undefined) checkMethods('replay', options.replay, ['remember'])
  for (const name of ['fetch', 'clock', 'log'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new OptionError(`\`${name}\` must be a function`)
    }
  }
  const { edges = [], algorithm, key } = options
  if (!Array.isArray(edges) || !edges.every(isServiceName))
    throw new OptionError('`edges` must be a list of service names')
  if (algorithm !== undefined && !isAlgorithm(algorithm))
    throw new OptionError("`algorithm` must be 'ES256' or 'EdDSA'")
  if (key !== undefined && (typeof key !== 'object' || key === null)) {
    throw new OptionError('`key` must be a private JWK, a KeyObject, { publicJwk, sign } or { key, certificates }')
  }
  if (key !== undefined && algorithm !== undefined) {
    throw new OptionError('`algorithm` is for a generated key: a `key` has its own')
  }
}

function checkMethods(name: string, value: object, methods: readonly string[], hint = ''): void {
  const isObject = typeof value === 'object' && value !== null
  for (const method of methods) {
    if (!isObject || typeof Reflect.get(value, method) !== 'function') {
      throw new OptionError(`\`${name}\` must have a function \`${method}\`${hint}`)
    }
  }
}
