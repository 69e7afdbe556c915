import { AsyncLocalStorage } from 'node:async_hooks'
import type { VerifiedCall } from '../chain/verified-call.js'
import type { Wrapped } from '../chain/wrap.js'

/** What outbound calls of this moment continue: the call that is being handled, or the beginning of a chain. */
export type Context =
  | { readonly call: VerifiedCall; readonly beginning?: never }
  | { readonly beginning: Wrapped; readonly call?: never }

/**
 * The context of one service. It is only ever set for the run of a function: `enterWith` would leak one request's
 * context into the next on the same connection (invariant 20).
 */
export class ContextStorage {
  readonly #storage = new AsyncLocalStorage<Context>()

  /** Runs a function, and all that it starts, in a context. */
  run<T>(context: Context, fn: () => T): T {
    return this.#storage.run(context, fn)
  }

  /** The context of this moment, if there is one. */
  get current(): Context | undefined {
    return this.#storage.getStore()
  }
}
