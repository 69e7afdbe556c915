import { ParentForeign } from '../errors.js'
import { decodeBase64url } from '../jws/base64url.js'
import type { Decision } from '../model/decision.js'
import type { Frame, InitialToken } from '../model/frame.js'
import type { PolicyInput } from '../model/policy.js'

declare const verified: unique symbol

/** A call that was verified, hop by hop. Only `unwrap` makes one; it is deeply frozen and shows no token. */
export interface VerifiedCall {
  readonly [verified]: true
  /** Nearest caller first; at least one frame. */
  readonly callStack: readonly [Frame, ...Frame[]]
  /** What the chain began with, if it brings a user. */
  readonly initialToken: InitialToken | undefined
  /** The chain's `txn`, for logs and traces. */
  readonly transaction: string
  /** The operation that was asked for, and that the receiver bound to the route. */
  readonly operation: string
  /** Seconds since the epoch: nothing that continues this call outlives it. */
  readonly expiresAt: number
  /** What the policy said. */
  readonly decision: Decision
  /** Exactly what the policy saw. */
  readonly policyInput: PolicyInput
}

/** What it takes to continue a call: out of reach of JSON, inspection and copies. */
export interface Continuation {
  /** The receiver that unwrapped the call. */
  readonly receiver: object
  readonly chain: string
  readonly hops: number
}

const continuations = new WeakMap<object, Continuation>()

/** Makes the verified call. For `unwrap` alone. */
export function sealCall(call: Omit<VerifiedCall, typeof verified>, continuation: Continuation): VerifiedCall {
  const sealed = Object.freeze(call) as VerifiedCall
  continuations.set(sealed, continuation)
  return sealed
}

/** The chain of a call that this receiver unwrapped itself (invariant 21); undefined for anything else. */
export function continuationOf(call: object, receiver: object): Continuation | undefined {
  const continuation = continuations.get(call)
  return continuation?.receiver === receiver ? continuation : undefined
}

/**
 * The token of an authorization server that a call brings, as it was issued: for an exchange there, and for nobody else. Undefined
 * where it brings none. Throws ERR_PARENT_FOREIGN for what is no verified call.
 */
export function carriedInitialTokenOf(call: VerifiedCall): string | undefined {
  const chain = continuations.get(call)?.chain
  if (chain === undefined) throw new ParentForeign('this is not a call that a service unwrapped')
  const text = chain.slice(chain.lastIndexOf('~') + 1)
  switch (call.initialToken?.kind) {
    case 'jwt':
      return text
    case 'token':
      return decodeBase64url(text).toString('utf8')
    default:
      return undefined
  }
}
