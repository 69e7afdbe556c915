import { AsyncLocalStorage } from 'node:async_hooks'
import { hash } from 'node:crypto'
import type { VerifiedCall } from '../chain/verified-call.js'
import type { Wrapped } from '../chain/wrap.js'
import { TokenPassedOn } from '../errors.js'
import type { GivenInitialToken } from '../initial-token/initial-tokens.js'
import type { InitialToken } from '../model/frame.js'
import type { JsonObject } from '../model/json.js'

/** What a chain begins with, verified. */
export interface ChainBeginning {
  readonly wrapped: Wrapped
  /** What the origin says of the beginning, in its own claims. */
  readonly claims?: JsonObject | undefined
  /** The user that it brings, if it brings one. */
  readonly user?: InitialToken | undefined
}

/** What outbound calls of this moment continue: the call that is being handled, or the beginning of a chain. */
export type Context =
  | { readonly call: VerifiedCall; readonly beginning?: never }
  | { readonly beginning: ChainBeginning; readonly call?: never }

interface NoContext {
  readonly call?: never
  readonly beginning?: never
}

/** A context, and what invoked the edge around it: digests of tokens and of header fields, never those themselves. */
type Stored = (Context | NoContext) & { readonly credentials: readonly string[] }

/**
 * The context of one service. It is only ever set for the run of a function: `enterWith` would leak one request's
 * context into the next on the same connection (invariant 20).
 */
export class ContextStorage {
  readonly #storage = new AsyncLocalStorage<Stored>()

  /** Runs a function, and all that it starts, in a context. To its end, the credentials of its request are not passed on. */
  run<T>(context: Context, fn: () => T, credentials: readonly string[] = []): T {
    const known = [...this.#credentials, ...credentials.map(digestOf)]
    return this.#storage.run({ ...context, credentials: known }, fn)
  }

  /** Runs a function, and all that it starts, in no context. Where there is none, that costs nothing. */
  leave<T>(fn: () => T): T {
    const stored = this.#storage.getStore()
    return stored === undefined ? fn() : this.#storage.run({ credentials: stored.credentials }, fn)
  }

  /** The context of this moment, if there is one. */
  get current(): Context | NoContext | undefined {
    return this.#storage.getStore()
  }

  /** Whoever sees in a chain what invoked this edge could call it again. Refuses with ERR_TOKEN_PASSED_ON. */
  checkEmbedded(given: GivenInitialToken, credentials: readonly string[] = []): void {
    const token = typeof given === 'object' && given !== null ? given.token : given
    if (typeof token !== 'string' || !(credentials.includes(token) || this.#isCredential(token))) return
    throw new TokenPassedOn(
      'the token that this request was authorized with must not be embedded: assert claims of it, or exchange it',
    )
  }

  /** A handler that sends on the headers of its request would send what invoked it. Refuses with ERR_TOKEN_PASSED_ON. */
  checkHeaders(headers: Headers): void {
    if (this.#credentials.length === 0) return
    for (const [name, value] of headers) {
      // A handler may have written it anew: `Bearer` and the token, one cookie of many.
      const parts = [value, ...value.split(/[\s,;]+/)]
      if (parts.some(part => this.#isCredential(part)))
        throw new TokenPassedOn(`\`${name}\` is what this request was authorized with`)
    }
  }

  get #credentials(): readonly string[] {
    return this.#storage.getStore()?.credentials ?? []
  }

  #isCredential(text: string): boolean {
    return this.#credentials.length > 0 && this.#credentials.includes(digestOf(text))
  }
}

function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
