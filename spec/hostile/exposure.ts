import { inspect } from 'node:util'

/** All the text that anybody could get out of some values: messages, stacks, causes, properties, inspection and JSON. */
export function exposedText(values: readonly unknown[]): string {
  const texts: string[] = []
  for (const value of values) {
    for (const each of withCauses(value)) texts.push(...propertyTexts(each))
    texts.push(inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null }), toJson(value))
  }
  return texts.join('\n')
}

/** An error, the error behind it, and so on. */
function* withCauses(value: unknown): Generator<unknown> {
  const seen = new Set<unknown>()
  for (let each = value; each !== undefined && !seen.has(each); each = causeOf(each)) {
    seen.add(each)
    yield each
  }
}

function causeOf(value: unknown): unknown {
  return value instanceof Error ? value.cause : undefined
}

function propertyTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)]
  const own = Reflect.ownKeys(value).map(key => Reflect.get(value, key))
  return own.filter(property => typeof property === 'string')
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
