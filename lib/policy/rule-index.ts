import type { Call } from './call.js'
import type { IndexKey, Place } from './index-key.js'
import type { Rule } from './rule.js'

/** Finds the first rule of a list that applies, passing over those that need something that the call does not have. */
export class RuleIndex<R extends Rule> {
  readonly #shelves: readonly Shelf<R>[]
  /** The rules that need nothing in particular. */
  readonly #others: readonly R[]

  constructor(rules: readonly R[]) {
    const shelves = new Map<string, Shelf<R>>()
    const others: R[] = []
    const popularity = new Popularity(rules)
    for (const rule of rules) {
      const key = popularity.rarest(rule.keys)
      if (key === undefined) others.push(rule)
      else shelfFor(key.place, shelves).put(key, rule)
    }
    this.#shelves = [...shelves.values()]
    this.#others = others
  }

  /** The first rule, in the list's order, whose condition matches. */
  firstThatApplies(call: Call): R | undefined {
    let first: R | undefined
    for (const shelf of this.#shelves) first = shelf.firstThatApplies(call, first) ?? first
    return firstOf(this.#others, call, first) ?? first
  }
}

function shelfFor<R extends Rule>(place: Place, shelves: Map<string, Shelf<R>>): Shelf<R> {
  const shelf = shelves.get(place.name) ?? new Shelf<R>(place)
  shelves.set(place.name, shelf)
  return shelf
}

/** Rules that one place of a call tells apart. */
class Shelf<R extends Rule> {
  readonly #place: Place
  readonly #byValue = new Map<unknown, R[]>()
  readonly #byBeginning = new ByPart<R>((text, length) => text.slice(0, length))
  readonly #byEnding = new ByPart<R>((text, length) => text.slice(-length))
  readonly #byPart = new ByPartAnywhere<R>()

  constructor(place: Place) {
    this.#place = place
  }

  put({ values, beginnings, endings, parts }: IndexKey, rule: R): void {
    for (const value of new Set(values)) append(this.#byValue, value, rule)
    for (const beginning of new Set(beginnings)) this.#byBeginning.put(beginning, rule)
    for (const ending of new Set(endings)) this.#byEnding.put(ending, rule)
    for (const part of new Set(parts)) this.#byPart.put(part, rule)
  }

  /** The first rule that applies and stands before another one. */
  firstThatApplies(call: Call, before: R | undefined): R | undefined {
    const found = this.#place.read(call)
    if (!Array.isArray(found)) return this.#firstFor(found, call, before)
    let first = before
    const asked = new Set<R>()
    for (const element of new Set(found)) first = this.#firstFor(element, call, first, asked) ?? first
    // A list may have many texts: no part of each is looked for.
    return found.some(isText) ? (firstOf(this.#byPart.all, call, first, asked) ?? first) : first
  }

  #firstFor(value: unknown, call: Call, before?: R, asked?: Set<R>): R | undefined {
    let first = firstOf(this.#byValue.get(value), call, before, asked) ?? before
    if (typeof value !== 'string') return first
    for (const byPart of [this.#byBeginning, this.#byEnding]) {
      for (const rules of byPart.of(value)) first = firstOf(rules, call, first, asked) ?? first
    }
    if (asked !== undefined) return first
    for (const rules of this.#byPart.of(value)) first = firstOf(rules, call, first) ?? first
    return first
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** Rules that a part of a text finds. */
class ByPart<R> {
  readonly #cut: (text: string, length: number) => string
  readonly #rules = new Map<string, R[]>()
  /** How long the parts are. */
  readonly #lengths = new Set<number>()

  constructor(cut: (text: string, length: number) => string) {
    this.#cut = cut
  }

  put(part: string, rule: R): void {
    append(this.#rules, part, rule)
    this.#lengths.add(part.length)
  }

  /** The rules that each part of a text finds. */
  of(text: string): (readonly R[])[] {
    const found: (readonly R[])[] = []
    for (const length of this.#lengths) {
      if (length > text.length) continue
      const rules = this.#rules.get(this.#cut(text, length))
      if (rules !== undefined) found.push(rules)
    }
    return found
  }
}

/** Rules that a part of a text finds, wherever it stands. */
class ByPartAnywhere<R> {
  readonly #rules = new Map<string, R[]>()
  readonly #lengths = new Set<number>()
  /** In their order. */
  readonly all: R[] = []

  put(part: string, rule: R): void {
    append(this.#rules, part, rule)
    this.#lengths.add(part.length)
    if (this.all.at(-1) !== rule) this.all.push(rule)
  }

  /** The rules that the parts of a text find, each part once; all, where the text has more parts than there are rules to ask. */
  of(text: string): Iterable<readonly R[]> {
    if (this.all.length === 0 || text.length * this.#lengths.size > this.all.length) return [this.all]
    const found = new Set<readonly R[]>()
    for (const length of this.#lengths) {
      for (let at = 0; at + length <= text.length; at += 1) {
        const some = this.#rules.get(text.slice(at, at + length))
        if (some !== undefined) found.add(some)
      }
    }
    return found
  }
}

function append<K, R>(map: Map<K, R[]>, key: K, rule: R): void {
  const others = map.get(key)
  if (others === undefined) map.set(key, [rule])
  else others.push(rule)
}

/** A rule that was asked before, with the answer no, is not asked again. */
function firstOf<R extends Rule>(rules: readonly R[] = [], call: Call, before?: R, asked?: Set<R>): R | undefined {
  for (const rule of rules) {
    if (before !== undefined && rule.reference.index >= before.reference.index) return undefined
    if (asked?.has(rule)) continue
    asked?.add(rule)
    if (rule.applies(call)) return rule
  }
  return undefined
}

/** How many rules need the same thing: a rule is best found by what few others need. */
class Popularity {
  readonly #counts = new Map<string, number>()

  constructor(rules: readonly Rule[]) {
    for (const name of rules.flatMap(({ keys }) => keys).flatMap(namesOf)) {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    }
  }

  rarest(keys: readonly IndexKey[]): IndexKey | undefined {
    let rarest: IndexKey | undefined
    for (const key of keys) {
      if (rarest === undefined || this.#of(key) < this.#of(rarest)) rarest = key
    }
    return rarest
  }

  #of(key: IndexKey): number {
    return namesOf(key).reduce((sum, name) => sum + (this.#counts.get(name) ?? 0), 0)
  }
}

function namesOf({ place, values, beginnings, endings, parts }: IndexKey): string[] {
  const needs = [
    ...values.map(value => `${typeof value} ${value}`),
    ...beginnings.map(text => `beginning ${text}`),
    ...endings.map(text => `ending ${text}`),
    ...parts.map(text => `part ${text}`),
  ]
  return needs.map(need => `${place.name} ${need}`)
}
