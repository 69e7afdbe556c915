import { isUtf8 } from 'node:buffer'
import { MAX_JSON_DEPTH } from '../limits.js'
import type { JsonObject, JsonValue } from '../model/json.js'

/** A JSON text is not strict. Says why without quoting any of it; callers give it a code. */
export class NotStrict extends Error {}

/** How numbers at the top level must be written: in any JSON form, or as plain digits (invariant 3 asks it of NumericDates). */
export type TopLevelNumbers = 'json' | 'plain-digits'

const WHITE_SPACE = /[ \t\n\r]*/y
// Between the quotes: everything from the space on, save the quote and the backslash.
const PLAIN_STRING = /"[ !#-[\]-\uffff]*"/y
const ESCAPED_STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const PLAIN_DIGITS = /^(?:0|[1-9][0-9]*)$/
const LITERAL = /true|false|null/y

/**
 * Parses a JSON text that must be one object in UTF-8 (RFC 8259), without a byte order mark, duplicate members at any
 * depth, `__proto__`, lone surrogates or non-finite numbers, and at most 8 deep (invariant 2). JSON.parse checks none of these.
 * Objects have no prototype; everything is frozen. Throws NotStrict.
 */
export function parseStrictJson(bytes: Uint8Array, topLevelNumbers: TopLevelNumbers = 'json'): JsonObject {
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

  document(): JsonObject {
    this.#skipWhiteSpace()
    if (this.text[this.#at] !== '{') throw new NotStrict('not an object')
    const object = this.#object(1)
    this.#skipWhiteSpace()
    if (this.#at !== this.text.length) throw new NotStrict('something follows the object')
    return object
  }

  #value(depth: number): JsonValue {
    switch (this.text[this.#at]) {
      case '{':
        return this.#object(depth + 1)
      case '[':
        return this.#array(depth + 1)
      case '"':
        return this.#string()
      case 't':
      case 'f':
      case 'n':
        return this.#literal()
      default:
        return this.#number(depth)
    }
  }

  #object(depth: number): JsonObject {
    this.#enter(depth)
    const object: Record<string, JsonValue> = Object.create(null)
    if (this.#takes('}')) return Object.freeze(object)
    do {
      this.#skipWhiteSpace()
      const name = this.#string()
      if (name === '__proto__') throw new NotStrict('a member named __proto__')
      if (name in object) throw new NotStrict('a duplicate member')
      if (!this.#takes(':')) throw new NotStrict('a member without a colon')
      this.#skipWhiteSpace()
      object[name] = this.#value(depth)
    } while (this.#takes(','))
    if (!this.#takes('}')) throw new NotStrict('an object without an end')
    return Object.freeze(object)
  }

  #array(depth: number): readonly JsonValue[] {
    this.#enter(depth)
    const array: JsonValue[] = []
    if (this.#takes(']')) return Object.freeze(array)
    do {
      this.#skipWhiteSpace()
      array.push(this.#value(depth))
    } while (this.#takes(','))
    if (!this.#takes(']')) throw new NotStrict('an array without an end')
    return Object.freeze(array)
  }

  #enter(depth: number): void {
    if (depth > MAX_JSON_DEPTH) throw new NotStrict(`deeper than ${MAX_JSON_DEPTH}`)
    this.#at += 1
  }

  #string(): string {
    const plain = this.#match(PLAIN_STRING)
    if (plain !== undefined) return plain.slice(1, -1)
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

  #takes(character: string): boolean {
    this.#skipWhiteSpace()
    if (this.text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #skipWhiteSpace(): void {
    WHITE_SPACE.lastIndex = this.#at
    WHITE_SPACE.test(this.text)
    this.#at = WHITE_SPACE.lastIndex
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.text)) return undefined
    const matched = this.text.slice(this.#at, pattern.lastIndex)
    this.#at = pattern.lastIndex
    return matched
  }
}
