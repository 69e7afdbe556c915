import { readFileSync } from 'node:fs'
import { dissect } from '../forge/dissection.js'
import { EPOCH } from '../forge/hop.js'
import { acceptedDrafts } from './drafts/accepted.js'
import { askingDrafts } from './drafts/asking.js'
import { boundaryDrafts } from './drafts/boundary.js'
import { certificationDrafts } from './drafts/certification.js'
import { chainDrafts } from './drafts/chain.js'
import { claimsDrafts } from './drafts/claims.js'
import { initialTokenDrafts } from './drafts/initial-token.js'
import { keyDrafts } from './drafts/key.js'
import { requestDrafts } from './drafts/request.js'
import { shapeDrafts } from './drafts/shape.js'
import { textDrafts } from './drafts/text.js'
import { timeDrafts } from './drafts/time.js'
import { ACCEPT_ALL, type Draft, REGISTRY, Scene } from './scene.js'
import type { Vector, VectorAccepted, VectorReceiver } from './vector.js'

const DRAFTS: readonly Draft[] = [
  ...acceptedDrafts,
  ...boundaryDrafts,
  ...textDrafts,
  ...shapeDrafts,
  ...keyDrafts,
  ...certificationDrafts,
  ...chainDrafts,
  ...timeDrafts,
  ...requestDrafts,
  ...initialTokenDrafts,
  ...claimsDrafts,
  ...askingDrafts,
]

/** All vectors, as the texts of their files by name. */
export function makeVectors(): ReadonlyMap<string, string> {
  const invariants = readInvariants()
  const vectors = new Map<string, string>()
  for (const draft of DRAFTS) {
    const file = `${draft.name}.json`
    if (vectors.has(file)) throw new Error(`two vectors are named ${draft.name}`)
    vectors.set(file, `${JSON.stringify(makeVector(draft, invariants), null, 2)}\n`)
  }
  return vectors
}

function makeVector({ name, description, play }: Draft, invariants: ReadonlyMap<string, number | null>): Vector {
  const { receiver, without = [], expected = {}, presentation = null, ...rest } = play(new Scene(name))
  const whole: Record<string, unknown> = { name: 'inventory', operation: 'call', policy: ACCEPT_ALL, ...receiver }
  for (const field of without) delete whole[field]
  return {
    description,
    now: EPOCH,
    receiver: whole as unknown as VectorReceiver,
    registry: REGISTRY,
    ...rest,
    presentation,
    expected:
      'code' in expected
        ? refused(expected, invariants)
        : accepted(presentation ?? '', expected as Partial<VectorAccepted>),
  }
}

function refused(expected: object, invariants: ReadonlyMap<string, number | null>) {
  const { code, hop } = expected as { readonly code: string; readonly hop?: number }
  const invariant = invariants.get(code)
  if (invariant === undefined) throw new Error(`${code} is not in docs/errors.md`)
  return { code, invariant, ...(hop !== undefined && { hop }) }
}

/** What an accepted presentation says: read from its own text, which the drafts made. */
function accepted(
  presentation: string,
  { initialToken, decision = 'accept' }: Partial<VectorAccepted>,
): VectorAccepted {
  const headers = dissect(presentation).hops.map(({ header }) => header)
  const callStack = headers.map(({ iss, kid, aud, op, jti, iat, exp, claims = {} }) => ({
    service: iss,
    kid,
    audience: aud,
    operation: op,
    id: jti,
    issuedAt: iat,
    expiresAt: exp,
    claims,
  }))
  return { callStack, ...(initialToken && { initialToken }), transaction: headers.at(-1)?.txn ?? '', decision }
}

/** The invariant of each code, as docs/errors.md has it. */
function readInvariants(): ReadonlyMap<string, number | null> {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const rows = text.matchAll(/^\| `(ERR_[A-Z0-9_]+)` \| \d+ \| (\d+|-) \|/gm)
  return new Map([...rows].map(([, code = '', invariant]) => [code, invariant === '-' ? null : Number(invariant)]))
}
