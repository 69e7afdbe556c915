import {
  AlgorithmMismatch,
  AudienceMismatch,
  AvailabilityError,
  CountersignError,
  EdgeNotAllowed,
  OperationMismatch,
  PolicyRejected,
  PresentationReplayed,
  ReplayStoreUnavailable,
  SignatureInvalid,
} from '../errors.js'
import { signingInput, verifyBytes } from '../jws/signature.js'
import type { Decision } from '../model/decision.js'
import type { InitialToken } from '../model/frame.js'
import type { PolicyInput } from '../model/policy.js'
import type { Registration } from '../model/registration.js'
import { toCallStack, toPolicyInput } from './call-stack.js'
import { checkCustody } from './custody.js'
import { toFrozenClaims } from './frozen.js'
import { judge } from './judgement.js'
import type { Receiver } from './party.js'
import { readUnverifiedPresentation, type UnverifiedHop, type UnverifiedInitialToken } from './presentation.js'
import { type BoundRequest, checkRequest, type RequiredBinding, validateRequest } from './request-binding.js'
import { checkSeal } from './seal.js'
import { checkFresh, checkHopTime, checkInitialNesting, checkNesting, checkRegistrationWindow } from './time.js'
import { sealCall, type VerifiedCall } from './verified-call.js'

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
): Promise<VerifiedCall> {
  const { limits } = receiver
  const { secret, chain, hops, initialToken } = readUnverifiedPresentation(presentation, limits) // 1, 2, 3, 4
  const [newest] = hops
  const origin = hops.at(-1) ?? newest

  checkAudience(newest, receiver.name) // 8
  checkHopTime(newest, now, limits) // 10
  checkFresh(newest, now, limits.presentationSeconds(expected.operation), limits.skewSeconds) // 10
  checkSeal(secret, newest) // 11

  for (const hop of hops) {
    const registration = await findRegistration(hop, receiver, now) // 6, 5
    checkAlgorithm(hop, registration) // 4
    checkRegistrationWindow(hop, registration, limits.skewSeconds) // 10
    checkSignature(hop, registration) // 7
  }

  for (const [outer, inner] of wrappings(hops)) checkCustody(outer, inner) // 9
  for (const [outer, inner] of wrappings(hops)) {
    checkHopTime(inner, now, limits) // 10
    checkNesting(outer, inner, limits.skewSeconds) // 10
  }
  checkOperation(newest, expected.operation) // 13
  checkRequest(newest, await readRequest(expected), expected.binding ?? 'none') // 14

  const user = await verifyInitialToken(initialToken, origin, receiver, now) // 15, 10
  const callStack = toCallStack(hops)
  const policyInput = toPolicyInput(callStack, user)
  const transaction = origin.header.txn ?? ''
  const decision = decide(policyInput, transaction, expected.operation, receiver) // 16
  await rememberOnce(newest, expected.operation, receiver, now) // 12

  return sealCall(
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

async function findRegistration(hop: UnverifiedHop, receiver: Receiver, now: number): Promise<Registration> {
  const { iss, kid } = hop.header
  try {
    return await receiver.keys.find(iss, kid, now)
  } catch (error) {
    throw error instanceof CountersignError ? error.at(hop.position) : error
  }
}

function checkAlgorithm({ header, position: hop }: UnverifiedHop, registration: Registration): void {
  if (header.alg !== registration.algorithm) {
    throw new AlgorithmMismatch(`the hop is signed with ${header.alg}, its key with ${registration.algorithm}`, { hop })
  }
}

function checkSignature(hop: UnverifiedHop, { algorithm, publicKey }: Registration): void {
  if (!verifyBytes(algorithm, publicKey, signingInput(hop.encodedHeader, hop.payload), hop.signature)) {
    const message = `the signature of \`${hop.header.iss}\` does not verify`
    throw new SignatureInvalid(message, { hop: hop.position })
  }
}

/** Each hop with the one that it wraps, newest first. */
function* wrappings(hops: readonly UnverifiedHop[]): Generator<[outer: UnverifiedHop, inner: UnverifiedHop]> {
  let outer: UnverifiedHop | undefined
  for (const inner of hops) {
    if (outer !== undefined) yield [outer, inner]
    outer = inner
  }
}

function checkOperation(newest: UnverifiedHop, operation: string): void {
  if (newest.header.op !== operation) {
    throw new OperationMismatch(`the hop asks for \`${newest.header.op}\`, expected \`${operation}\``, { hop: 0 })
  }
}

/** What a function reads is checked as late as it comes. */
async function readRequest({ request }: Expectation): Promise<BoundRequest | undefined> {
  if (typeof request !== 'function') return request
  const read = await request()
  validateRequest(read)
  return read
}

async function verifyInitialToken(
  initialToken: UnverifiedInitialToken | undefined,
  origin: UnverifiedHop,
  receiver: Receiver,
  now: number,
): Promise<InitialToken | undefined> {
  if (initialToken === undefined) return undefined
  if (!receiver.edges.has(origin.header.iss)) {
    throw new EdgeNotAllowed(`\`${origin.header.iss}\` may not bring a user`, { hop: origin.position })
  }
  const { kind, claims, expiresAt } = await receiver.initialTokens.verify(initialToken, now)
  checkInitialNesting(origin, expiresAt)
  return Object.freeze({ kind, claims: toFrozenClaims(claims) })
}

function decide(input: PolicyInput, transaction: string, operation: string, receiver: Receiver): Decision {
  const decision = judge(receiver.policy, input)
  if (decision.effect === 'accept') return decision
  if (receiver.policy === undefined || receiver.enforces(operation)) throw new PolicyRejected(decision, transaction)
  return Object.freeze({ ...decision, enforced: false })
}

async function rememberOnce(newest: UnverifiedHop, operation: string, receiver: Receiver, now: number): Promise<void> {
  const { iss, kid, jti, iat } = newest.header
  const until = iat + receiver.limits.presentationSeconds(operation) + 2 * receiver.limits.skewSeconds
  let verdict: 'new' | 'seen'
  try {
    verdict = await receiver.replay.remember({ caller: iss, kid, jti, issuedAt: iat, until }, now)
  } catch (cause) {
    if (cause instanceof AvailabilityError) throw cause
    throw new ReplayStoreUnavailable('the replay store cannot answer', { cause })
  }
  if (verdict === 'new') return
  if (verdict === 'seen') throw new PresentationReplayed('the presentation was accepted before', { hop: 0 })
  throw new ReplayStoreUnavailable('the replay store gave no answer')
}
