import fc from 'fast-check'
import { type LimitOptions, parsePolicy } from '../../lib/index.js'
import { type ReceiverOptions, TestReceiver } from '../chain/receiver.js'
import { EPOCH, fixed128, forgeHop } from '../forge/hop.js'
import { forgeUserClaims, type Wrapped } from '../forge/initial-token.js'
import { forgeKey } from '../forge/key.js'
import { type ForgedRegistration, forgeRegistration } from '../forge/registration.js'

/** A hop, newest first. Services are numbers, so that they can be called anything. */
export interface SituatedHop {
  readonly by: number
  readonly to: number
  readonly operation: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** A presentation on its way, lawful or almost: all that its receiver's verdict can hang on. Times are seconds since the epoch. */
export interface Situation {
  readonly names: readonly string[]
  /** The service that receives it. */
  readonly receiver: number
  readonly hops: readonly SituatedHop[]
  /** `exp` of the user claims that the origin asserts; null for claims without one, absent for a job. */
  readonly userExpiresAt?: number | null | undefined
  readonly edges: readonly number[]
  /** The services that a policy lets call directly; without a list, it lets all. */
  readonly callers?: readonly number[] | undefined
  readonly registeredFrom: number
  readonly registeredUntil: number
  readonly now: number
  readonly limits?: LimitOptions | undefined
}

const NAMES = ['shop', 'cart', 'inventory', 'suppliers']
const KEYS = NAMES.map((name, at) => forgeKey(name, at % 2 ? 'ES256' : 'EdDSA'))
const service = fc.nat(NAMES.length - 1)

/** Near what a limit says, and sometimes just behind it. */
const near = (...seconds: readonly number[]) =>
  fc.constantFrom(...seconds.flatMap(second => [second - 1, second, second + 1]))

const times = fc.record({
  issued: fc.oneof({ weight: 4, arbitrary: near(0, -3) }, { weight: 1, arbitrary: near(-65, -30, 5) }),
  expires: fc.oneof({ weight: 6, arbitrary: fc.constant(150) }, { weight: 1, arbitrary: near(-5, 0, 160, 300, 400) }),
})
/** Whom a hop is addressed to: its receiver, or sometimes anybody. */
const stray = fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: service })

/** Situations of which about half are lawful. */
export const situations: fc.Arbitrary<Situation> = fc
  .record({
    route: fc.array(service, { minLength: 2, maxLength: 5 }),
    strays: fc.array(stray, { minLength: 4, maxLength: 4 }),
    times: fc.array(times, { minLength: 4, maxLength: 4 }),
    age: fc.constantFrom(0, 0, 0, 0, 30, 63),
    user: fc.constantFrom(undefined, null, EPOCH + 149, EPOCH + 150, EPOCH + 200, EPOCH - 5, EPOCH - 4),
    edges: fc.oneof(fc.constant([0, 1, 2, 3]), fc.subarray([0, 1, 2, 3])),
    callers: fc.oneof(fc.constant(undefined), fc.subarray([0, 1, 2, 3], { minLength: 2 })),
    operation: fc.oneof({ weight: 9, arbitrary: fc.constant('call') }, { weight: 1, arbitrary: fc.constant('read') }),
    registered: fc.constantFrom([-1800, 1800], [-80, 401], [-35, 300], [-1800, 149]),
  })
  .map(({ route, strays, times, age, user, edges, callers, operation, registered }) => {
    const [receiver = 0, ...senders] = route
    const hops = senders.map((by, at): SituatedHop => {
      const { issued, expires } = times[at] ?? { issued: 0, expires: 150 }
      const to = strays[at] ?? route[at] ?? receiver
      return {
        by,
        to,
        operation: at === 0 ? operation : 'read',
        issuedAt: EPOCH + issued - age,
        expiresAt: EPOCH + expires,
      }
    })
    const [from = 0, until = 0] = registered
    const registration = { registeredFrom: EPOCH + from, registeredUntil: EPOCH + until }
    return { names: NAMES, receiver, hops, userExpiresAt: user, edges, callers, now: EPOCH, ...registration }
  })

/** The code that a situation's presentation is refused with, or `accepted`. */
export async function verdictOf(situation: Situation, more: readonly ForgedRegistration[] = []): Promise<string> {
  const receiver = await TestReceiver.start({
    ...optionsOf(situation),
    registrations: [...registrationsOf(situation), ...more],
  })
  try {
    receiver.now = situation.now
    return await receiver.verdict(present(situation))
  } finally {
    await receiver.service.stop()
  }
}

function optionsOf({ names, receiver, edges, callers, limits, now }: Situation): ReceiverOptions {
  const nameOf = (at: number) => names[at] ?? ''
  return {
    name: nameOf(receiver),
    edges: edges.map(nameOf),
    ...(callers && { policy: callersPolicy(callers.map(nameOf)) }),
    ...(limits && { limits }),
    clock: () => now,
    replay: { remember: () => 'new' },
  }
}

function callersPolicy(names: readonly string[]) {
  const must = { 'come-through': [{ 'app-name': { 'one-of': names } }] }
  const list = { 'enforce-the-first-matching-rule': [{ 'any-token': true, must }] }
  return parsePolicy(JSON.stringify({ 'for-each-of-the-following': [list] }))
}

function registrationsOf({ names, registeredFrom: from, registeredUntil: until }: Situation): ForgedRegistration[] {
  return signersOf(names).map(signer => forgeRegistration(signer, { from, until }))
}

function signersOf(names: readonly string[]) {
  return names.map((name, at) => ({ name, key: KEYS[at] ?? forgeKey(name) }))
}

function present({ names, hops, userExpiresAt }: Situation): string {
  const signers = signersOf(names)
  let around: Wrapped | undefined
  if (userExpiresAt !== undefined) {
    around = forgeUserClaims({ sub: 'jo', ...(userExpiresAt !== null && { exp: userExpiresAt }) })
  }
  let presentation = ''
  for (const [position, hop] of [...hops.entries()].reverse()) {
    const by = signers[hop.by]
    if (by === undefined) throw new Error('no such service')
    const fixed = { secret: fixed128(`secret ${position}`), transaction: fixed128('transaction') }
    const made = forgeHop({ ...fixed, ...hop, by, to: names[hop.to] ?? '', around })
    around = made
    presentation = made.presentation
  }
  return presentation
}
