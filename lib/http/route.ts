import type { RequiredBinding } from '../chain/request-binding.js'
import type { Expectation } from '../chain/unwrap.js'
import type { VerifiedCall } from '../chain/verified-call.js'
import { OptionError } from '../errors.js'
import { isOperation } from '../model/names.js'
import { checkOptions } from '../options.js'

/** What a receiver needs of a service. */
export interface ReceivingService {
  receive(read: () => unknown, expected: Expectation, correlation: string): Promise<VerifiedCall>
  runInCall<T>(call: VerifiedCall, fn: () => T): T
  runInNoCall<T>(fn: () => T): T
  readonly bodyBytes: number
}

const METHODS = ['receive', 'runInCall', 'runInNoCall'] as const

/** How a route receives calls. A member that is not listed here is refused. */
export interface RouteOptions {
  /** What a hop must be bound to: if absent `request`, the whole of it; `target`, method and target at least, where the route streams. */
  readonly binding?: RequiredBinding | undefined
  /** `buffer` (if absent) reads the body before the handler runs; `stream` leaves it to the handler, unbound: `tgt` only. */
  readonly body?: 'buffer' | 'stream' | undefined
  /**
   * In the context of the call (`call`, if absent) `service.fetch` continues it, and `service.currentCall` returns it. `none` is for
   * a handler that calls nobody, or names the `parent`: before Node.js 24 contexts cost every request of the process some microseconds.
   */
  readonly context?: 'call' | 'none' | undefined
}

/** An operation of a service, and how it is called. */
export interface Route {
  readonly service: ReceivingService
  readonly operation: string
  readonly binding: RequiredBinding
  readonly body: 'buffer' | 'stream'
  readonly context: 'call' | 'none'
}

/** The route that the arguments of an adapter describe. Refuses with ERR_OPTION, where it is mounted, what no call could pass. */
export function describeRoute(service: ReceivingService, operation: string, options: RouteOptions = {}): Route {
  const given = checkOptions('countersign', options, ['binding', 'body', 'context'])
  const { body = 'buffer', binding = body === 'stream' ? 'target' : 'request', context = 'call' } = given
  if (METHODS.some(name => typeof service?.[name] !== 'function')) {
    throw new OptionError('countersign: expected a service')
  }
  if (!isOperation(operation)) {
    throw new OptionError('countersign: `operation` must match [A-Za-z0-9][A-Za-z0-9._:/-]{0,127}')
  }
  if (binding !== 'request' && binding !== 'target' && binding !== 'none') {
    throw new OptionError("countersign: `binding` must be 'request', 'target' or 'none'")
  }
  if (body !== 'buffer' && body !== 'stream') throw new OptionError("countersign: `body` must be 'buffer' or 'stream'")
  if (binding === 'request' && body === 'stream') {
    throw new OptionError("countersign: `binding: 'request'` needs the body that `body: 'stream'` does not read")
  }
  if (context !== 'call' && context !== 'none') throw new OptionError("countersign: `context` must be 'call' or 'none'")
  return Object.freeze({ service, operation, binding, body, context })
}

/** Runs what handles a call that was accepted. */
export function runHandler<T>({ service, context }: Route, call: VerifiedCall, fn: () => T): T {
  return context === 'call' ? service.runInCall(call, fn) : service.runInNoCall(fn)
}
