import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import type { ChainLimits, Sender } from './chain/party.js'
import { type Expectation, unwrap } from './chain/unwrap.js'
import type { VerifiedCall } from './chain/verified-call.js'
import { type Wrapped, wrap } from './chain/wrap.js'
import { ContextMissing, OptionError, ServiceStopped } from './errors.js'
import { type FetchResponse, parseDestination, prepareRequest, send } from './http/client.js'
import { ContextStorage } from './http/context.js'
import { beginChain, continueCall } from './service/beginning.js'
import { acceptedEvent, refusedEvent, report } from './service/decision-event.js'
import { validateExpectation } from './service/inbound-options.js'
import { readInstant } from './service/instant.js'
import type { ServiceOptions } from './service/options.js'
import {
  type Beginning,
  type FetchOptions,
  outboundHop,
  readFetchOptions,
  type Source,
  sourceOf,
  validateBeginning,
  validateWrapOptions,
  type WrapOptions,
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
    return await wrap(hop, await this.#resolveSource(source, now), this.#sender(now), now)
  }

  /**
   * Verifies a presentation for an operation, and judges it. Throws what is wrong, by code (docs/errors.md); a policy that
   * refuses throws ERR_POLICY_REJECTED with its `decision`. Every outcome is reported to the log and the `countersign:decision` channel.
   */
  async unwrap(presentation: unknown, expected: Expectation): Promise<VerifiedCall> {
    return await this.receive(() => presentation, expected, randomUUID())
  }

  /** `unwrap` for adapters: reads the presentation, and reports under a correlation id that the answer outside shows. */
  async receive(read: () => unknown, expected: Expectation, correlation: string): Promise<VerifiedCall> {
    validateExpectation(expected)
    const { receiver, log } = this.#parts
    const now = this.#now()
    const occasion = { time: now, service: this.name, operation: expected.operation, correlation }
    try {
      if (this.#stopped) throw new ServiceStopped('the service was stopped')
      const call = await unwrap(read(), expected, receiver, now)
      report(acceptedEvent(occasion, call), log)
      return call
    } catch (error) {
      report(refusedEvent(occasion, error), log)
      throw error
    }
  }

  /**
   * Begins a chain, and runs a function in its context: the calls that it makes through `fetch` continue this
   * beginning, in one transaction. For edges and jobs.
   */
  async begin<T>(beginning: Beginning, fn: () => T): Promise<Awaited<T>> {
    const source = validateBeginning(beginning)
    if (typeof fn !== 'function') throw new OptionError('begin: expected a function to run')
    const context = { beginning: await this.#resolveSource(source, this.#now()) }
    return await this.#context.run(context, fn)
  }

  /** Runs a function in the context of a call that this service unwrapped: `fetch` and `currentCall` then know it. */
  runInCall<T>(call: VerifiedCall, fn: () => T): T {
    continueCall(call, this.#parts.receiver)
    return this.#context.run({ call }, fn)
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
   * ERR_DESTINATION_REFUSED, ERR_BODY_STREAMED, ERR_BODY_CONSUMED, ERR_BODY_TOO_LARGE, and what the fetch itself throws.
   */
  async fetch(url: string | URL, options: FetchOptions): Promise<FetchResponse> {
    const { limits, checkDestination, fetch } = this.#parts
    const { init, streams } = readFetchOptions(options)
    const hop = outboundHop(options, undefined, limits.hopLifetimeSeconds)
    const destination = parseDestination(url)
    checkDestination(hop.audience, destination)
    const resolve = this.#chooseSource(sourceOf(options))
    const request = await prepareRequest(destination, init, { streams, maxBytes: limits.bodyBytes })
    // Not earlier: a stream that was read first has taken its time.
    const now = this.#now()
    const presentation = await wrap({ ...hop, request: request.bound }, await resolve(now), this.#sender(now), now)
    return await send(fetch, request, presentation)
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

  async #resolveSource(source: Source, now: number): Promise<Wrapped> {
    if ('parent' in source) return continueCall(source.parent, this.#parts.receiver)
    if (this.#stopped) throw new ServiceStopped('the service was stopped')
    return await beginChain(source, this.#parts.initialTokens, now)
  }

  /** Without a source, the call of this moment; that there is one is seen at once. */
  #chooseSource(source: Source | undefined): (now: number) => Promise<Wrapped> {
    if (source !== undefined) return now => this.#resolveSource(source, now)
    const wrapped = this.#continueContext()
    return async () => wrapped
  }

  #continueContext(): Wrapped {
    const context = this.#context.current
    if (context?.beginning !== undefined) return context.beginning
    if (context?.call !== undefined) return continueCall(context.call, this.#parts.receiver)
    throw new ContextMissing(
      'no call to continue here: use `begin`, or give one of parent, initialToken, userClaims, job',
    )
  }

  #sender(now: number): Sender {
    const { key, expiresAt } = this.#parts.key.current(now)
    const limits: ChainLimits = this.#parts.limits
    return { name: this.name, limits, key, keyExpiresAt: expiresAt }
  }

  /** Whole seconds, read once for each call. */
  #now(): number {
    return readInstant(this.#parts.clock)
  }
}
