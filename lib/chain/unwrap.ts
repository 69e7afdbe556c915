import {
  AlgorithmMismatch,
  AudienceMismatch,
  CountersignError,
  EdgeNotAllowed,
  OperationMismatch,
  PolicyRejected,
} from '../errors.js'
import type { VerifiedInitialToken } from '../initial-token/initial-token-verifier.js'
import type { Decision } from '../model/decision.js'
import type { InitialToken } from '../model/frame.js'
import type { PolicyInput } from '../model/policy.js'
import type { Registration } from '../model/registration.js'
import { toCallStack, toPolicyInput } from './call-stack.js'
import { checkClaimsAlongChain } from './claims-along-chain.js'
import { checkCustody } from './custody.js'
import type { Evidence } from './evidence.js'
import { toFrozenClaims } from './frozen.js'
import { judge } from './judgement.js'
import { askReplayStore, checkOnce } from './once.js'
import type { Receiver } from './party.js'
import {
  readUnverifiedPresentation,
  type UnverifiedHop,
  type UnverifiedInitialToken,
  type UnverifiedPresentation,
} from './presentation.js'
import { type BoundRequest, checkRequest, type RequiredBinding, validateRequest } from './request-binding.js'
import { checkSeal } from './seal.js'
import { SignatureChecks } from './signature-checks.js'
import {
  checkFresh,
  checkHopTime,
  checkInitialNesting,
  checkNesting,
  checkRegistrationWindow,
  isInsideRegistration,
} from './time.js'
import { VerifiedCall } from './verified-call.js'
import type { ChainPlace, VerifiedHop } from './verified-chains.js'

type Presented = UnverifiedPresentation<ChainPlace>

interface Wrapping {
  readonly outer: UnverifiedHop
  readonly inner: UnverifiedHop
}

/** What a receiver expects of a call. */
export interface Expectation {
  /** The operation that it bound to the route. */
  readonly operation: string
  /** The request that came, or a function that reads it when its turn has come: nothing is buffered for a stranger. */
  readonly request?: BoundRequest | (() => Promise<BoundRequest>) | undefined
  /** What the newest hop must be bound to; `none` if absent. */
  readonly binding?: RequiredBinding | undefined
}

/**
 * Takes a presentation apart and verifies all of it at one instant: the invariants of docs/wire-format.md, section 5, in
 * their order. The newest hop is judged before the others, so that a stranger costs one look-up and one signature.
 */
export async function unwrap(
  presentation: unknown,
  expected: Expectation,
  receiver: Receiver,
  now: number,
  evidence: Evidence = {},
): Promise<VerifiedCall> {
  const { limits } = receiver
  const presented = readUnverifiedPresentation(presentation, limits, text => receiver.verifiedChains.at(text, now)) // 1, 2, 3, 4
  const { secret, chain, hops, initialToken } = presented
  evidence.hops = hops
  const [newest] = hops
  const origin = hops.at(-1) ?? newest

  checkAudience(newest, receiver.name) // 8
  checkHopTime(newest, now, limits) // 10
  checkFresh(newest, now, limits.presentationSeconds(expected.operation), limits.skewSeconds) // 10
  checkSeal(secret, newest) // 11

  const signatures = new SignatureChecks(hops.length)
  try {
    for (const hop of hops) {
      const registration = findAtHand(hop, receiver, now) ?? (await ask(hop, receiver, now, signatures)) // 6, 5
      checkAlgorithm(hop, registration) // 4
      checkRegistrationWindow(hop, registration, limits.skewSeconds) // 10
      if (!isVouchedFor(hop, presented)) signatures.check(hop, registration) // 7
      // No other begins before: a stranger costs one.
      if (hop === newest && signatures.areUnderWay) await signatures.settle()
      evidence.verified = 'caller'
    }
  } finally {
    // What is wrong with a newer hop comes first, whatever was found behind it.
    if (signatures.areUnderWay) await signatures.settle() // 7
  }

  const wrappings = pairs(hops)
  for (const { outer, inner } of wrappings) checkCustody(outer, inner) // 9
  for (const { outer, inner } of wrappings) {
    checkHopTime(inner, now, limits) // 10
    checkNesting(outer, inner, limits.skewSeconds) // 10
  }
  evidence.verified = 'stack'
  checkOperation(newest, expected.operation) // 13
  const { request, binding = 'none' } = expected
  checkRequest(newest, typeof request === 'function' ? validateRequest(await request()) : request, binding) // 14

  const answer = initialToken && verifyInitialToken(initialToken, origin, receiver, now) // 15
  const user = answer && acceptInitialToken(origin, answer instanceof Promise ? await answer : answer) // 10
  if (receiver.claimsAlongChain) checkClaimsAlongChain(hops, user, receiver.claimsAlongChain) // 24
  const callStack = toCallStack(hops)
  const policyInput = toPolicyInput(callStack, user, now)
  evidence.initialToken = user
  evidence.policyInput = policyInput
  const transaction = origin.header.txn ?? ''
  const decision = decide(policyInput, transaction, expected.operation, receiver) // 16
  const verdict = askReplayStore(newest, expected.operation, receiver, now)
  checkOnce(typeof verdict === 'string' ? verdict : await verdict) // 12
  rememberChain(presented, receiver, now) // 22

  return new VerifiedCall(
    {
      callStack,
      initialToken: user,
      transaction,
      operation: expected.operation,
      expiresAt: newest.header.exp,
      decision,
      policyInput,
    },
    { receiver, chain, hops: hops.length },
  )
}

function checkAudience(newest: UnverifiedHop, name: string): void {
  if (newest.header.aud !== name) {
    throw new AudienceMismatch(`the hop is addressed to \`${newest.header.aud}\`, expected \`${name}\``, { hop: 0 })
  }
}

/** What was found earlier, unless the hop lies outside it: then its key may have been registered anew since. */
function findAtHand(hop: UnverifiedHop, { keys, limits }: Receiver, now: number): Registration | undefined {
  const registration = keys.findFresh(hop.header.iss, hop.header.kid, now)
  return registration && isInsideRegistration(hop, registration, limits.skewSeconds) ? registration : undefined
}

/** The registry is asked for the key of a hop only when every newer hop has verified. */
async function ask(hop: UnverifiedHop, receiver: Receiver, now: number, newer: SignatureChecks): Promise<Registration> {
  const { keys, limits } = receiver
  const { iss, kid } = hop.header
  await newer.settle()
  try {
    const found = await keys.find(iss, kid, now)
    return isInsideRegistration(hop, found, limits.skewSeconds) ? found : await keys.findRenewed(iss, kid, now)
  } catch (error) {
    throw error instanceof CountersignError ? error.at(hop.position) : error
  }
}

/** Verified before, inside this very text (invariant 22). The newest hop never is. */
function isVouchedFor({ header, position }: UnverifiedHop, { place }: Presented): boolean {
  return position > 0 && place !== undefined && place.vouchesFor(header.iss, header.kid)
}

function checkAlgorithm({ header, position: hop }: UnverifiedHop, registration: Registration): void {
  if (header.alg !== registration.algorithm) {
    throw new AlgorithmMismatch(`the hop is signed with ${header.alg}, its key with ${registration.algorithm}`, { hop })
  }
}

/** Each hop with the one that it wraps, newest first. */
function pairs(hops: readonly UnverifiedHop[]): Wrapping[] {
  const found: Wrapping[] = []
  let outer: UnverifiedHop | undefined
  for (const inner of hops) {
    if (outer !== undefined) found.push({ outer, inner })
    outer = inner
  }
  return found
}

function checkOperation(newest: UnverifiedHop, operation: string): void {
  if (newest.header.op !== operation) {
    throw new OperationMismatch(`the hop asks for \`${newest.header.op}\`, expected \`${operation}\``, { hop: 0 })
  }
}

/** Nobody need be asked for the claims that an edge asserts: they are there at once. */
function verifyInitialToken(
  initialToken: UnverifiedInitialToken,
  origin: UnverifiedHop,
  receiver: Receiver,
  now: number,
): Promise<VerifiedInitialToken> | VerifiedInitialToken {
  if (!receiver.edges.has(origin.header.iss)) {
    throw new EdgeNotAllowed(`\`${origin.header.iss}\` may not bring a user: it is no edge here`, {
      hop: origin.position,
    })
  }
  return receiver.initialTokens.verify(initialToken, now, origin.header.iss)
}

function acceptInitialToken(origin: UnverifiedHop, { kind, claims, expiresAt }: VerifiedInitialToken): InitialToken {
  checkInitialNesting(origin, expiresAt)
  // What an origin asserts was parsed here; what a verifier says need not be ours.
  return Object.freeze({ kind, claims: kind === 'user' ? claims : toFrozenClaims(claims) })
}

function decide(input: PolicyInput, transaction: string, operation: string, receiver: Receiver): Decision {
  const decision = judge(receiver.policy, input)
  if (decision.effect === 'accept') return decision
  if (receiver.policy === undefined || receiver.enforces(operation)) throw new PolicyRejected(decision, transaction)
  return Object.freeze({ ...decision, enforced: false })
}

/**
 * Not before the call was accepted. That a chain verified is remembered when it comes, all that was read in it when it comes again: most
 * never do. Neither outlasts a doubt about one of its keys, one that came up since the call began included.
 */
function rememberChain({ hops, place, initialToken }: Presented, receiver: Receiver, now: number): void {
  if (place === undefined || place.known !== undefined) return
  const inner = hops.slice(1)
  if (!place.wasSeen) {
    place.see(firstEnd(inner))
    return
  }
  const verified: VerifiedHop[] = []
  for (const hop of inner) {
    const registration = findAtHand(hop, receiver, now)
    if (registration === undefined) return
    verified.push({ header: hop.header, registration })
  }
  place.remember(verified, initialToken?.text.length ?? 0)
}

function firstEnd(hops: readonly UnverifiedHop[]): number {
  let first = Number.POSITIVE_INFINITY
  for (const { header } of hops) first = Math.min(first, header.exp)
  return first
}
