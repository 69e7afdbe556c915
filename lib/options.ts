import { OptionError } from './errors.js'
import { hintAmong } from './nearest-name.js'

// Options are a programmer's words: what is not understood is refused (a TypeError, ERR_OPTION), never ignored.

/** The object, if it is one. */
export function checkObject<T extends object>(what: string, value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionError(`${what}: expected an object of options`)
  }
  return value
}

/** The object, if it is one and has no member that is not known. */
export function checkOptions<T extends object>(what: string, value: T, known: readonly string[]): T {
  for (const name of Object.keys(checkObject(what, value))) {
    if (known.includes(name)) continue
    throw new OptionError(`${what}: unknown option \`${name}\`; ${hintAmong(name, known)}`)
  }
  return value
}

/** Bounds of an integer option, both included, and its default. */
export interface IntegerBounds {
  readonly least: number
  readonly most: number
  readonly otherwise: number
}

/** The number, if it is an integer between its bounds; the default if it is absent. */
export function checkInteger(what: string, value: number | undefined, bounds: IntegerBounds): number {
  if (value === undefined) return bounds.otherwise
  if (!Number.isSafeInteger(value) || value < bounds.least || value > bounds.most) {
    throw new OptionError(`${what}: expected an integer from ${bounds.least} to ${bounds.most}`)
  }
  return value
}
