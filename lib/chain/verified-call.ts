import { ParentForeign } from '../errors.js'
import { decodeBase64url } from '../jws/base64url.js'
import type { Decision } from '../model/decision.js'
import type { Frame, InitialToken } from '../model/frame.js'
import type { PolicyInput } from '../model/policy.js'

/** What it takes to continue a call: out of reach of JSON, inspection, copies, and of debuggers that collect the members of objects. */
export interface Continuation {
  /** The receiver that unwrapped the call. */
  readonly receiver: object
  readonly chain: string
  readonly hops: number
}

/** Undefined for what is no verified call, whatever it looks like. */
let findContinuation: (call: unknown) => Continuation | undefined

/** A call that was verified, hop by hop. Only `unwrap` makes one; it is deeply frozen and shows no token. */
export class VerifiedCall {
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
  // A WeakMap would do as well, and would keep what belongs to calls of the past until a full collection of the heap.
  readonly #continuation: () => Continuation

  /** Of all that can be seen of it, and what cannot. */
  constructor(facts: Omit<VerifiedCall, never>, continuation: Continuation) {
    this.callStack = facts.callStack
    this.initialToken = facts.initialToken
    this.transaction = facts.transaction
    this.operation = facts.operation
    this.expiresAt = facts.expiresAt
    this.decision = facts.decision
    this.policyInput = facts.policyInput
    // Not written where it is assigned: the engine takes a function that is for a long-lived one, and keeps all that it holds as long.
    const tell = () => continuation
    this.#continuation = tell
    Object.freeze(this)
  }

  static {
    findContinuation = call => {
      const isObject = typeof call === 'object' && call !== null
      return isObject && #continuation in call ? call.#continuation() : undefined
    }
    // Whoever has a call has no way from it to this class.
    Object.defineProperty(VerifiedCall.prototype, 'constructor', { value: Object })
    Object.freeze(VerifiedCall.prototype)
  }
}

/** The chain of a call that this receiver unwrapped itself (invariant 21); undefined for anything else. */
export function continuationOf(call: object, receiver: object): Continuation | undefined {
  const continuation = findContinuation(call)
  return continuation?.receiver === receiver ? continuation : undefined
}

/**
 * The token of an authorization server that a call brings, as it was issued: for an exchange there, and for nobody else. Undefined
 * where it brings none. Throws ERR_PARENT_FOREIGN for what is no verified call.
 */
export function carriedInitialTokenOf(call: VerifiedCall): string | undefined {
  const chain = findContinuation(call)?.chain
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
