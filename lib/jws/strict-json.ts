import { isUtf8 } from 'node:buffer'
import { bareObject } from '../bare-object.js'
import { MAX_JSON_DEPTH } from '../limits/chains.js'
import type { JsonObject, JsonValue } from '../model/json.js'

/** A JSON text is not strict. Says why without quoting any of it; callers give it a code. */
export class NotStrict extends Error {}

/** How numbers at the top level must be written: in any JSON form, or as plain digits (invariant 3 asks it of NumericDates). */
export type TopLevelNumbers = 'json' | 'plain-digits'

// Between the quotes: everything from the space on, save the quote and the backslash.
const ESCAPED_STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const PLAIN_DIGITS = /^(?:0|[1-9][0-9]*)$/
const LITERAL = /true|false|null/y

// Code units: every hop's header comes through here, and comparing numbers is what makes it cheap.
const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LETTER_F = 0x66
const LETTER_N = 0x6e
const LETTER_T = 0x74
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Parses a JSON text that must be one object in UTF-8 (RFC 8259), without a byte order mark, duplicate members at any
 * depth, `__proto__`, lone surrogates or non-finite numbers, and at most 8 deep (invariant 2). JSON.parse checks none of these.
 * Objects have no prototype; everything is frozen. Throws NotStrict.
 */
export function parseStrictJson(bytes: Uint8Array, topLevelNumbers: TopLevelNumbers = 'json'): JsonObject {
  return toObject(parseStrictMembers(bytes, topLevelNumbers))
}

/** The same, as the members of the one object, in their order: for hop headers, where an object of its own would cost more than the parsing. */
export function parseStrictMembers(
  bytes: Uint8Array,
  topLevelNumbers: TopLevelNumbers = 'json',
): ReadonlyMap<string, JsonValue> {
  if (!isUtf8(bytes)) throw new NotStrict('not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return new Parser(text, topLevelNumbers).document()
}

class Parser {
  #at = 0

  constructor(
    private readonly text: string,
    private readonly topLevelNumbers: TopLevelNumbers,
  ) {}

  document(): ReadonlyMap<string, JsonValue> {
    if (!this.#takes(OPEN_BRACE)) throw new NotStrict('not an object')
    const members = this.#members(1)
    this.#skipWhiteSpace()
    if (this.#at !== this.text.length) throw new NotStrict('something follows the object')
    return members
  }

  #value(depth: number): JsonValue {
    this.#skipWhiteSpace()
    switch (this.text.charCodeAt(this.#at)) {
      case QUOTE:
        return this.#string()
      case OPEN_BRACE:
        this.#at += 1
        return toObject(this.#members(depth + 1))
      case OPEN_BRACKET:
        this.#at += 1
        return this.#array(depth + 1)
      case LETTER_F:
      case LETTER_N:
      case LETTER_T:
        return this.#literal()
      default:
        return this.#number(depth)
    }
  }

  /** Behind the opening brace. */
  #members(depth: number): Map<string, JsonValue> {
    checkDepth(depth)
    const members = new Map<string, JsonValue>()
    if (this.#takes(CLOSE_BRACE)) return members
    do {
      this.#skipWhiteSpace()
      const name = this.#string()
      if (name === '__proto__') throw new NotStrict('a member named __proto__')
      if (members.has(name)) throw new NotStrict('a duplicate member')
      if (!this.#takes(COLON)) throw new NotStrict('a member without a colon')
      members.set(name, this.#value(depth))
    } while (this.#takes(COMMA))
    if (!this.#takes(CLOSE_BRACE)) throw new NotStrict('an object without an end')
    return members
  }

  /** Behind the opening bracket. */
  #array(depth: number): readonly JsonValue[] {
    checkDepth(depth)
    const array: JsonValue[] = []
    if (this.#takes(CLOSE_BRACKET)) return Object.freeze(array)
    do array.push(this.#value(depth))
    while (this.#takes(COMMA))
    if (!this.#takes(CLOSE_BRACKET)) throw new NotStrict('an array without an end')
    return Object.freeze(array)
  }

  #string(): string {
    const start = this.#at + 1
    if (this.text.charCodeAt(this.#at) !== QUOTE) throw new NotStrict('not a string where one must stand')
    for (let at = start; ; at += 1) {
      const unit = this.text.charCodeAt(at)
      if (unit === QUOTE) {
        this.#at = at + 1
        return this.text.slice(start, at)
      }
      // Not a plain one. Behind the text's end the unit is NaN.
      if (unit === BACKSLASH || !(unit >= SPACE)) return this.#escapedString()
    }
  }

  #escapedString(): string {
    const escaped = this.#match(ESCAPED_STRING)
    if (escaped === undefined) throw new NotStrict('not a string where one must stand')
    const value: string = JSON.parse(escaped)
    if (!value.isWellFormed()) throw new NotStrict('a lone surrogate')
    return value
  }

  #number(depth: number): number {
    const digits = this.#match(NUMBER)
    if (digits === undefined) throw new NotStrict('not a JSON value')
    if (depth === 1 && this.topLevelNumbers === 'plain-digits' && !PLAIN_DIGITS.test(digits)) {
      throw new NotStrict('a number that is not written in plain digits')
    }
    const value = Number(digits)
    if (!Number.isFinite(value)) throw new NotStrict('a number that is not finite')
    return value
  }

  #literal(): boolean | null {
    const word = this.#match(LITERAL)
    if (word === undefined) throw new NotStrict('not a JSON value')
    return word === 'null' ? null : word === 'true'
  }

  /** Takes a character, if it is what comes next. */
  #takes(unit: number): boolean {
    this.#skipWhiteSpace()
    if (this.text.charCodeAt(this.#at) !== unit) return false
    this.#at += 1
    return true
  }

  #skipWhiteSpace(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.#at)
      if (unit !== SPACE && unit !== LINE_FEED && unit !== CARRIAGE_RETURN && unit !== TAB) return
      this.#at += 1
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.text)) return undefined
    const matched = this.text.slice(this.#at, pattern.lastIndex)
    this.#at = pattern.lastIndex
    return matched
  }
}

function toObject(members: ReadonlyMap<string, JsonValue>): JsonObject {
  const object = bareObject()
  for (const [name, value] of members) object[name] = value
  return Object.freeze(object)
}

function checkDepth(depth: number): void {
  if (depth > MAX_JSON_DEPTH) throw new NotStrict(`deeper than ${MAX_JSON_DEPTH}`)
}
