import { type Call, claimOf } from './call.js'
import type * as Document from './generated/policy-document.js'
import { plainParts } from './plain-parts.js'

/** A place in a call that tells rules apart. */
export interface Place {
  /** Two places of one name are one. */
  readonly name: string
  /** What stands there: one value, or a list of them. */
  read(call: Call): unknown
}

/**
 * What must stand at a place, lest a condition cannot match: one of these values, or a text with one of these beginnings or endings, or
 * with one of these parts anywhere.
 */
export interface IndexKey {
  readonly place: Place
  readonly values: readonly unknown[]
  readonly beginnings: readonly string[]
  readonly endings: readonly string[]
  readonly parts: readonly string[]
}

const OPERATION: Place = { name: 'operation', read: ({ directCaller }) => directCaller.operation }
const DIRECT_CALLER: Place = { name: 'direct caller', read: ({ directCaller }) => directCaller.service }
const ORIGIN: Place = { name: 'origin', read: ({ origin }) => origin.service }
const SERVICES: Place = { name: 'services', read: ({ frames }) => frames.map(({ service }) => service) }
const SCOPE: Place = { name: 'scope', read: ({ initialToken }) => initialToken?.scope }
const AUDIENCE: Place = { name: 'audience', read: ({ initialToken }) => initialToken?.audience }

/** Everything that a token matcher needs somewhere. Any one of these may serve to find it. */
export function indexKeys({ or, ...own }: Document.TokenMatcher): readonly IndexKey[] {
  const keys = ownKeys(own)
  return or === undefined ? keys : eitherOf(keys, indexKeys(or))
}

/** Only what both need at the same place, once for each place. */
function eitherOf(keys: readonly IndexKey[], others: readonly IndexKey[]): IndexKey[] {
  const otherAt = new Map(others.map(other => [other.place.name, other]))
  const either = new Map<string, IndexKey>()
  for (const { place, values, beginnings, endings, parts } of keys) {
    const other = otherAt.get(place.name)
    if (other === undefined || either.has(place.name)) continue
    either.set(place.name, {
      place,
      values: [...values, ...other.values],
      beginnings: [...beginnings, ...other.beginnings],
      endings: [...endings, ...other.endings],
      parts: [...parts, ...other.parts],
    })
  }
  return [...either.values()]
}

function ownKeys(document: Document.TokenMatcher): IndexKey[] {
  const { 'have-operation': operation, 'have-claim': claims, 'have-initial-token': initialToken } = document
  const { 'originate-from': origin, 'come-from': stack = [], 'come-through': way = [] } = document
  return [
    ...ofValue(OPERATION, operation),
    ...ofClaims(callerClaim, claims),
    ...ofInitialToken(initialToken),
    ...ofValue(ORIGIN, origin?.['app-name']),
    ...stack.flatMap((step, index) => ofStep(step, index === 0, index === stack.length - 1)),
    ...way.flatMap(stop => ofValue(SERVICES, stop['app-name'])),
  ]
}

function ofStep(step: Document.FrameMatcher, isFirst: boolean, isLast: boolean): IndexKey[] {
  if (step.optional === true) return []
  return ofValue(isFirst ? DIRECT_CALLER : isLast ? ORIGIN : SERVICES, step['app-name'])
}

function ofInitialToken(document: Document.InitialTokenMatcher = {}): IndexKey[] {
  return [
    ...ofValue(initialClaim('iss'), document['where-issuer-is']),
    ...ofCollection(SCOPE, document['where-scope-contains']),
    ...ofCollection(AUDIENCE, document['where-audience-contains']),
    ...ofClaims(initialClaim, document['where-claim']),
  ]
}

function callerClaim(name: string): Place {
  return { name: `claim ${name}`, read: ({ directCaller }) => claimOf(directCaller.claims, name) }
}

function initialClaim(name: string): Place {
  return { name: `initial claim ${name}`, read: ({ initialToken }) => claimOf(initialToken?.claims, name) }
}

function ofClaims(placeOf: (name: string) => Place, document: Document.ClaimsMatcher = {}): IndexKey[] {
  return Object.entries(document).flatMap(([name, { is, contains }]) => {
    const place = placeOf(name)
    return [...ofValue(place, is), ...ofCollection(place, contains)]
  })
}

function ofValue(place: Place, document: Document.ValueMatcher = {}): IndexKey[] {
  const { 'equal-to': literal, 'one-of': literals, matching } = document
  if (literal !== undefined) return [keyOf(place, { values: [literal] })]
  if (literals !== undefined) return [keyOf(place, { values: literals })]
  return matching === undefined ? [] : ofPattern(place, matching)
}

function ofPattern(place: Place, pattern: string): IndexKey[] {
  const { beginning, ending, longest } = plainParts(pattern)
  const keys: IndexKey[] = []
  if (beginning !== '') keys.push(keyOf(place, { beginnings: [beginning] }))
  if (ending !== '' && ending !== beginning) keys.push(keyOf(place, { endings: [ending] }))
  if (longest !== beginning && longest !== ending) keys.push(keyOf(place, { parts: [longest] }))
  return keys
}

function ofCollection(place: Place, document: Document.CollectionMatcher = {}): IndexKey[] {
  const { value, 'one-of': some, 'all-of': all, only } = document
  const values = value === undefined ? (all ?? only)?.slice(0, 1) : [value]
  const found = values ?? some
  return found === undefined ? [] : [keyOf(place, { values: found })]
}

function keyOf(place: Place, needs: Partial<Omit<IndexKey, 'place'>>): IndexKey {
  const { values = [], beginnings = [], endings = [], parts = [] } = needs
  return { place, values, beginnings, endings, parts }
}
