import type { Beginning, VerifiedCall } from '../../lib/index.js'
import { type DissectedHop, dissect } from '../forge/dissection.js'
import { fixed128, forgeHop } from '../forge/hop.js'
import type { Wrapped } from '../forge/initial-token.js'
import { deliver, type Outcome } from './delivery.js'
import type { Instance } from './honest-services.js'
import { serviceKey } from './keyring.js'
import type { InitialPlan, Leg, Transact } from './moves.js'
import { bindingMembers, requestOf } from './requests.js'
import type { World } from './world.js'

/** The callers' own claims. */
export const CLAIMS: readonly Readonly<Record<string, unknown>>[] = [
  { tenant: 'blue' },
  { tenant: 'red', roles: ['a', 'b'] },
]

/** What the next call continues: for an honest caller what it unwrapped, for a corrupted one what it was sent. */
interface Position {
  readonly caller: number
  readonly instance: Instance | undefined
  readonly parent?: VerifiedCall | undefined
  readonly chain?: string | undefined
}

/** Plays ordinary traffic. Corrupted services take part and keep to the rules. Ends early where a receiver refuses. */
export async function playTraffic(move: Transact, world: World): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  let position: Position = { caller: move.origin, instance: world.instance(world.nameOf(move.origin), 0) }
  for (const [at, leg] of move.legs.entries()) {
    const presentation = await makeCall(position, leg, move, at, world)
    if (presentation === undefined) break
    const to = world.role(leg.to)
    if (to === undefined) break
    if (leg.tapped || to.corrupted) world.knowledge.seePresentation(move.move, presentation)
    if (move.withheld && at + 1 === move.legs.length) break
    const chain = dissect(presentation).chain
    const instance = world.instance(to.name, at)
    position = { caller: leg.to, instance, chain }
    if (instance === undefined) continue
    const request = leg.bind && requestOf(leg.bind)
    const { operation } = leg
    const outcome = await deliver({ presentation, instance, operation, request, binding: 'none', late: false }, world)
    outcomes.push(outcome)
    if (outcome.call === undefined) break
    position = { ...position, parent: outcome.call }
  }
  return outcomes
}

/** An honest receiver goes on with a call that it accepted, whatever it was. */
export async function playNext(instance: Instance, parent: VerifiedCall, chain: string, leg: Leg, world: World) {
  return await mint(instance, { parent }, leg, chain, world)
}

async function makeCall(position: Position, leg: Leg, move: Transact, at: number, world: World) {
  const { caller, instance, parent, chain } = position
  if (instance === undefined) return forgeLawfully(caller, leg, chain, move, at, world)
  if (parent !== undefined) return await mint(instance, { parent }, leg, chain, world)
  const { beginning, around } = toBeginning(move.initial, instance, world)
  return await mint(instance, beginning, leg, around, world)
}

/** Has an honest service mint a hop, and enters it in the ledger. Undefined where it will not. */
async function mint(
  { role, service }: Instance,
  source: Beginning | { readonly parent: VerifiedCall },
  { to, operation, bind, claims, life }: Leg,
  around: string | undefined,
  world: World,
): Promise<string | undefined> {
  const request = bind && requestOf(bind)
  const own = claims === undefined ? undefined : CLAIMS[claims % CLAIMS.length]
  const audience = world.nameOf(to)
  const options = { audience, operation, request, claims: own, lifetimeSeconds: life, ...source }
  const presentation = await service.wrap(options).catch(refuseProperly)
  if (presentation === undefined) return undefined
  const order = {
    service: role.name,
    kid: service.kid,
    audience,
    operation,
    claims: own,
    request,
    around,
    at: world.nowOf(role),
  }
  world.ledger.enter(presentation, order)
  return presentation
}

function refuseProperly(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_LIFETIME_EXHAUSTED' || code === 'ERR_CHAIN_FULL') return undefined
  throw error
}

function toBeginning(plan: InitialPlan, { role }: Instance, world: World): { beginning: Beginning; around?: string } {
  if (plan.kind === 'job' || plan.kind === 'token') return { beginning: { job: true }, around: '' }
  const { user, life } = plan
  if (plan.kind === 'jwt' && role.accepts !== 'user') {
    const token = world.issuer.make({ kind: 'jwt', user, life }, world.now)?.text ?? ''
    return { beginning: { initialToken: token }, around: token }
  }
  const exp = life === undefined ? undefined : world.now + life
  return { beginning: { userClaims: { sub: `user ${user}`, ...(exp !== undefined && { exp }) } } }
}

function forgeLawfully(caller: number, leg: Leg, chain: string | undefined, move: Transact, at: number, world: World) {
  const role = world.role(caller)
  if (role === undefined) return undefined
  const around = chain === undefined ? world.issuer.make(move.initial, world.now) : aroundChain(chain)
  if (around?.expiresAt !== undefined && around.expiresAt <= world.now) return undefined
  return forgeHop({
    by: { name: role.name, key: serviceKey(role.name, role.algorithm) },
    to: world.nameOf(leg.to),
    operation: leg.operation,
    issuedAt: world.now,
    around,
    secret: fixed128(`secret ${move.move} ${at}`),
    transaction: fixed128(`transaction ${move.move}`),
    header: {
      ...bindingMembers(leg.bind),
      ...(leg.claims !== undefined && { claims: CLAIMS[leg.claims % CLAIMS.length] }),
    },
  }).presentation
}

/** A chain, as something to wrap. */
export function aroundChain(chain: string): Wrapped {
  const [newest]: readonly DissectedHop[] = dissect(`~${chain}`).hops
  return { cty: 'hop+jws', text: chain, expiresAt: newest?.header.exp }
}
