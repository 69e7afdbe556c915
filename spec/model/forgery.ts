import { type ForgedHop, fixed128, forgeHop, sealOf } from '../forge/hop.js'
import type { Wrapped } from '../forge/initial-token.js'
import type { ForgedKey } from '../forge/key.js'
import { aroundPieces, editPieces, piecesOf } from './edits.js'
import { keyOf, serviceKey } from './keyring.js'
import type { HopPlan, KeyPlan, Present, SecretPlan } from './present.js'
import { bindingMembers } from './requests.js'
import { CLAIMS } from './traffic.js'
import type { World } from './world.js'

/** Makes the text that a move presents, before it is garbled. Undefined where the adversary has not seen what it takes. */
export function forgePresentation(move: Present, world: World): string | undefined {
  const start =
    move.base === undefined
      ? (world.issuer.make(move.initial ?? { kind: 'job' }, world.now)?.text ?? '')
      : world.knowledge.chainOf(move.base)
  if (start === undefined) return undefined
  const pieces = editPieces(piecesOf(start), move.edits, world, plan => findKey(plan, world))
  if (pieces === undefined) return undefined
  let around: Wrapped | undefined = aroundPieces(pieces)
  for (const [at, plan] of move.hops.entries()) {
    const made = forgePlannedHop(plan, around, `${move.move} ${at}`, world)
    if (made === undefined) return undefined
    around = made
  }
  const chain = around?.text ?? ''
  const secret = findSecret(move.secret, chain, `${move.move}`, world)
  return secret === undefined ? undefined : `${secret}~${chain}`
}

/** A key that the adversary holds; undefined if he does not. */
export function findKey(plan: KeyPlan, world: World): ForgedKey | undefined {
  if (plan === 'stranger') return keyOf('stranger', 'ES256')
  if ('published' in plan) {
    const published = world.published.get(plan.published)
    return published && { ...published.key, kid: published.kid }
  }
  const role = world.role(plan.of)
  return role?.corrupted ? serviceKey(role.name, role.algorithm) : undefined
}

function forgePlannedHop(
  plan: HopPlan,
  around: Wrapped | undefined,
  seed: string,
  world: World,
): ForgedHop | undefined {
  const key = findKey(plan.key, world)
  if (key === undefined) return undefined
  const issuedAt = world.now + plan.iat
  const secret = fixed128(`secret ${seed}`)
  const made = forgeHop({
    by: { name: world.nameOf(plan.by), key },
    to: world.nameOf(plan.to),
    operation: plan.operation,
    around,
    issuedAt,
    expiresAt: plan.life === undefined ? undefined : issuedAt + plan.life,
    secret,
    transaction: fixed128(`transaction ${seed}`),
    header: { ...kidOf(plan, world), ...bindingMembers(plan.bind), ...ownClaims(plan), ...toMembers(plan.header) },
    write: plan.write === undefined ? undefined : WRITERS[plan.write],
  })
  world.knowledge.keepSecret(sealOf(secret), secret)
  return made
}

/** Null stands for a member that is left out. */
function toMembers(header: HopPlan['header'] = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name, value ?? undefined]))
}

function kidOf({ kid }: HopPlan, world: World): { readonly kid?: string } {
  const role = kid === undefined ? undefined : world.role(kid)
  return role === undefined ? {} : { kid: serviceKey(role.name, role.algorithm).kid }
}

function ownClaims({ claims }: HopPlan): { readonly claims?: object | undefined } {
  return claims === undefined ? {} : { claims: CLAIMS[claims % CLAIMS.length] }
}

type Writer = (header: Readonly<Record<string, unknown>>) => string | Uint8Array

const WRITERS: Readonly<Record<NonNullable<HopPlan['write']>, Writer>> = {
  duplicate: header => JSON.stringify(header).replace('{', `{"iss":${JSON.stringify(header.iss)},`),
  mark: header => `\ufeff${JSON.stringify(header)}`,
  proto: header => JSON.stringify(header).replace('{', '{"__proto__":{},'),
  plus: header => JSON.stringify(header).replace(/"iat":(\d+)/, '"iat":$1.0'),
  deep: header => JSON.stringify({ ...header, claims: { a: [[[[[[[[]]]]]]]] } }),
  trailing: header => `${JSON.stringify(header)}{}`,
}

function findSecret(plan: SecretPlan, chain: string, seed: string, world: World): string | undefined {
  if (plan === 'random') return fixed128(`guess ${seed}`)
  if (plan === 'loose') return `${fixed128(`guess ${seed}`).slice(0, -1)}B`
  const text = plan === 'right' ? chain : world.knowledge.chainOf(plan)
  const jti = text === undefined ? undefined : newestSeal(text)
  return (jti === undefined ? undefined : world.knowledge.secretOf(jti)) ?? fixed128(`guess ${seed}`)
}

/** The `jti` of a chain's newest hop, if it can be read. */
function newestSeal(chain: string): string | undefined {
  try {
    return JSON.parse(Buffer.from(chain.split('..')[0] ?? '', 'base64url').toString()).jti
  } catch {
    return undefined
  }
}
