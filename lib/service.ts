import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import type { ChainLimits, Sender } from './chain/party.js'
import { type Expectation, unwrap } from './chain/unwrap.js'
import type { VerifiedCall } from './chain/verified-call.js'
import { type OutboundHop, wrap } from './chain/wrap.js'
import { ContextMissing, OptionError, ServiceStopped } from './errors.js'
import { type FetchResponse, parseDestination, prepareRequest, send } from './http/client.js'
import { type ChainBeginning, ContextStorage } from './http/context.js'
import type { Admission, Arrival } from './http/edge.js'
import { beginChain, continueCall } from './service/beginning.js'
import { tellCall, transactionOf } from './service/call-event.js'
import type { Hearing } from './service/hearing.js'
import { validateExpectation } from './service/inbound-options.js'
import { readInstant } from './service/instant.js'
import type { ServiceOptions } from './service/options.js'
import {
  type BeginOptions,
  type FetchOptions,
  outboundHop,
  readFetchOptions,
  type Source,
  sourceOf,
  validateBeginning,
  validateWrapOptions,
  type WrapOptions,
  withBeginningClaims,
} from './service/outbound-options.js'
import { assembleParts, type Parts } from './service/parts.js'

/**
 * A participant, by registered name: it has a key of its own, countersigns the calls that it makes, and verifies and
 * judges those that it receives.
 */
export class Service {
  readonly #parts: Parts
  readonly #context = new ContextStorage()
  #stopped = false

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Starts a service: makes a key pair (or takes `key`) and publishes its registration. Throws ERR_OPTION (a TypeError) for a
   * wrong option, ERR_SIGNING_KEY_UNUSABLE, ERR_KEY_REVOKED and ERR_REGISTRY_UNAVAILABLE.
   */
  static async start(options: ServiceOptions): Promise<Service> {
    return new Service(await assembleParts(options))
  }

  /** The registered name. */
  get name(): string {
    return this.#parts.receiver.name
  }

  /** The kid under which this service signs at this moment. */
  get kid(): string {
    return this.#parts.key.current(this.#now()).key.kid
  }

  /** Bytes of a body that a receiver buffers. */
  get bodyBytes(): number {
    return this.#parts.limits.bodyBytes
  }

  /**
   * Makes a presentation: what the options name, wrapped in a new hop that this service signs. For its addressee, once. Throws
   * ERR_OPTION, ERR_PARENT_FOREIGN, ERR_LIFETIME_EXHAUSTED, ERR_CHAIN_FULL, and what is wrong with an initial token.
   */
  async wrap(options: WrapOptions): Promise<string> {
    const source = validateWrapOptions(options)
    const hop = outboundHop(options, options.request, this.#parts.limits.hopLifetimeSeconds)
    const now = this.#now()
    return await this.#sign(hop, await this.#resolveSource(source, now), now)
  }

  /**
   * Verifies a presentation for an operation, and judges it. Throws what is wrong, by code (docs/errors.md); a policy that
   * refuses throws ERR_POLICY_REJECTED with its `decision`. Every outcome is reported to the log and the `countersign:decision` channel.
   */
  unwrap(presentation: unknown, expected: Expectation): Promise<VerifiedCall> {
    return this.receive(() => presentation, expected, randomUUID())
  }

  /** `unwrap` for adapters: reads the presentation, and reports under a correlation id that the answer outside shows. */
  async receive(read: () => unknown, expected: Expectation, correlation: string): Promise<VerifiedCall> {
    validateExpectation(expected)
    const { receiver, reports } = this.#parts
    const hearing = this.#open(expected.operation, correlation)
    try {
      if (this.#stopped) throw new ServiceStopped('the service was stopped')
      hearing.presentation = read()
      const call = await unwrap(hearing.presentation, expected, receiver, hearing.time, hearing.evidence)
      reports.accepted(hearing, call)
      return call
    } catch (error) {
      reports.refused(hearing, error)
      throw error
    }
  }

  /**
   * Begins a chain, and runs a function in its context: the calls that it makes through `fetch` continue this
   * beginning, in one transaction. For edges and jobs. Throws what is wrong with an initial token, and ERR_TOKEN_PASSED_ON for
   * one that is `presented`.
   */
  async begin<T>(options: BeginOptions, fn: () => T): Promise<Awaited<T>> {
    const { source, claims, presented } = validateBeginning(options)
    if (typeof fn !== 'function') throw new OptionError('begin: expected a function to run')
    const credentials = presented === undefined ? [] : [presented]
    const beginning = await this.#resolveSource(source, this.#now(), credentials)
    return await this.#context.run({ beginning: { ...beginning, claims } }, fn, credentials)
  }

  /** `begin` for adapters of edges: begins a chain with whom a request brings, and gives back how to run its handler. */
  async arrive(admit: (now: number) => Promise<Admission>): Promise<Arrival> {
    const now = this.#now()
    const { source, credentials, user } = await admit(now)
    const beginning = await this.#resolveSource(source, now, credentials)
    const arrived = user ?? beginning.user
    if (arrived === undefined) throw new OptionError('an edge lets nobody in who is not a user')
    return Object.freeze({
      user: arrived,
      run: <T>(fn: () => T) => this.#context.run({ beginning }, fn, credentials),
    })
  }

  /** Runs a function in the context of a call that this service unwrapped: `fetch` and `currentCall` then know it. */
  runInCall<T>(call: VerifiedCall, fn: () => T): T {
    continueCall(call, this.#parts.receiver)
    return this.#context.run({ call }, fn)
  }

  /** Runs a function in the context of no call and of no beginning, for adapters: `fetch` then needs to be told what it continues. */
  runInNoCall<T>(fn: () => T): T {
    return this.#context.leave(fn)
  }

  /** The call of this request. Throws ERR_CONTEXT_MISSING outside one. */
  currentCall(): VerifiedCall {
    const call = this.#context.current?.call
    if (call === undefined)
      throw new ContextMissing(
        'there is no current call here: outside a protected handler, or inside `begin`, nobody called',
      )
    return call
  }

  /**
   * Calls another service: fetch, with a presentation that continues the call of this moment, or what the options name, bound
   * to the request as it is sent. Redirects are not followed, nothing is retried. Throws what `wrap` throws, ERR_CONTEXT_MISSING,
   * ERR_DESTINATION_REFUSED, ERR_TOKEN_PASSED_ON, ERR_BODY_STREAMED, ERR_BODY_CONSUMED, ERR_BODY_TOO_LARGE, and what the fetch
   * itself throws.
   */
  async fetch(url: string | URL, options: FetchOptions): Promise<FetchResponse> {
    const { limits, checkDestination, fetch } = this.#parts
    const { init, streams } = readFetchOptions(options)
    const hop = outboundHop(options, undefined, limits.hopLifetimeSeconds)
    const destination = parseDestination(url)
    return await tellCall({ service: this.name, hop, destination, now: () => this.#now() }, async facts => {
      checkDestination(hop.audience, destination)
      const resolve = this.#chooseSource(sourceOf(options))
      const request = await prepareRequest(destination, init, { streams, maxBytes: limits.bodyBytes })
      this.#context.checkHeaders(request.headers)
      // Not earlier: a stream that was read first has taken its time.
      const now = this.#now()
      const beginning = await resolve(now)
      const presentation = await this.#sign({ ...hop, request: request.bound }, beginning, now)
      facts.method = request.bound.method
      facts.characters = presentation.length
      Object.assign(facts, transactionOf(beginning.wrapped, options.parent ?? this.#context.current?.call))
      return await send(fetch, request, presentation)
    })
  }

  /**
   * Stops the service: no new calls, no new chains, no renewal. Calls that are being handled may still call on, and the
   * registration is left to expire by itself, since chains that this service signed are still in flight.
   */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#parts.key.stop()
    await this.#parts.keys.close()
  }

  /** What a log shows of a service. */
  [inspect.custom](): string {
    return `Service { name: '${this.name}', kid: '${this.kid}' }`
  }

  async #sign(hop: OutboundHop, { wrapped, claims }: ChainBeginning, now: number): Promise<string> {
    return await wrap(withBeginningClaims(hop, claims), wrapped, this.#sender(now), now)
  }

  async #resolveSource(source: Source, now: number, credentials?: readonly string[]): Promise<ChainBeginning> {
    if ('parent' in source) return { wrapped: continueCall(source.parent, this.#parts.receiver) }
    if (this.#stopped) throw new ServiceStopped('the service was stopped')
    if ('initialToken' in source) this.#context.checkEmbedded(source.initialToken, credentials)
    return await beginChain(source, this.#parts.initialTokens, this.name, now)
  }

  /** Without a source, the call of this moment; that there is one is seen at once. */
  #chooseSource(source: Source | undefined): (now: number) => Promise<ChainBeginning> {
    if (source !== undefined) return now => this.#resolveSource(source, now)
    const continued = this.#continueContext()
    return async () => continued
  }

  #continueContext(): ChainBeginning {
    const context = this.#context.current
    if (context?.beginning !== undefined) return context.beginning
    if (context?.call !== undefined) return { wrapped: continueCall(context.call, this.#parts.receiver) }
    throw new ContextMissing(
      'no call to continue here: use `begin`, or give one of parent, initialToken, userClaims, job',
    )
  }

  #sender(now: number): Sender {
    const { key, expiresAt } = this.#parts.key.current(now)
    const limits: ChainLimits = this.#parts.limits
    return { name: this.name, limits, key, keyExpiresAt: expiresAt }
  }

  #open(operation: string, correlation: string): Hearing {
    const time = this.#now()
    return { time, service: this.name, operation, correlation, startedAt: performance.now(), evidence: {} }
  }

  /** Whole seconds, read once for each call. */
  #now(): number {
    return readInstant(this.#parts.clock)
  }
}
