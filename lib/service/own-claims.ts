import { OptionError } from '../errors.js'
import { findClaimsFault } from '../jws/protected-header.js'
import { NotStrict, parseStrictJson } from '../jws/strict-json.js'
import type { JsonObject } from '../model/json.js'

/** The caller's own claims as a receiver will read them: what it would refuse, and what has no form in JSON, is refused here (ERR_OPTION). */
export function readOwnClaims(claims: Readonly<Record<string, unknown>>): JsonObject {
  // Inside a header, where the depth counts from.
  const { claims: own } = parse(stringify({ claims }))
  if (!isObject(own)) throw new OptionError('`claims` must be an object')
  const fault = findClaimsFault(own)
  if (fault !== undefined) throw new OptionError(fault)
  return own
}

function stringify(value: object): string {
  try {
    return JSON.stringify(value, refuseWithoutJson)
  } catch (error) {
    if (error instanceof OptionError) throw error
    throw new OptionError('`claims` cannot be written as JSON')
  }
}

/** JSON.stringify would drop functions and symbols, and write a number that is not finite as null. */
function refuseWithoutJson(_name: string, value: unknown): unknown {
  const hasForm =
    typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'function' && typeof value !== 'symbol'
  if (!hasForm) throw new OptionError('`claims` hold a value that has no form in JSON')
  return value
}

function parse(text: string): JsonObject {
  try {
    return parseStrictJson(Buffer.from(text))
  } catch (error) {
    if (error instanceof NotStrict) throw new OptionError(`\`claims\`: ${error.message}`)
    throw error
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
