import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { Patterns } from './pattern.js'
import type { Finding } from './policy-source.js'
import { quoted } from './quoted.js'

/** Where a value of a document stands in the text. */
export interface Place {
  /** Offset of the key, or of the value where a list holds it. */
  readonly key: number
  readonly value: number
}

/** A policy as plain data, with the place of each value by its JSON pointer. */
export interface DocumentTree {
  readonly document: JsonValue
  readonly places: ReadonlyMap<string, Place>
  /** What YAML allows and a policy does not. */
  readonly findings: readonly Finding[]
}

type YamlPair = Pair<ParsedNode, ParsedNode | null>

/** Turns a YAML tree, whose depth is bounded, into plain data; objects have no prototype. */
export function readTree(root: ParsedNode, patterns: Patterns): DocumentTree {
  const places = new Map<string, Place>()
  const findings: Finding[] = []
  const document = read(root, '', { key: root.range[0], value: root.range[0] })
  return { document, places, findings }

  function read(node: ParsedNode | null, pointer: string, place: Place): JsonValue {
    places.set(pointer, place)
    if (isMap(node)) return readMapping(node, pointer)
    if (isSeq(node)) return readList(node, pointer)
    return isScalar(node) ? readScalar(node.value, place.value) : null
  }

  function readMapping(map: YAMLMap.Parsed, pointer: string): JsonObject {
    const mapping: { [key: string]: JsonValue } = Object.create(null)
    for (const pair of map.items as YamlPair[]) {
      const offset = pair.key.range[0]
      const key = readKey(pair.key)
      if (key === undefined) continue
      if (Object.hasOwn(mapping, key)) findings.push({ offset, message: `duplicate key ${quoted(key)}` })
      const child = `${pointer}/${pointerPart(key)}`
      mapping[key] = read(pair.value, child, { key: offset, value: pair.value?.range[0] ?? offset })
      if (key === 'matching') checkPattern(mapping[key], pair.value?.range[0] ?? offset)
    }
    return mapping
  }

  function readKey(node: ParsedNode): string | undefined {
    const offset = node.range[0]
    if (!isScalar(node) || typeof node.value !== 'string') {
      const found = isScalar(node) ? `, not ${quoted(node.source)}: put it in quotes` : ''
      findings.push({ offset, message: `a key must be a string${found}` })
      return undefined
    }
    readScalar(node.value, offset)
    if (node.value !== '__proto__') return node.value
    findings.push({ offset, message: 'the key `__proto__` is not allowed' })
    return undefined
  }

  function readList(list: YAMLSeq.Parsed, pointer: string): JsonValue[] {
    return list.items.map((item, index) => {
      const offset = item.range[0]
      return read(item, `${pointer}/${index}`, { key: offset, value: offset })
    })
  }

  function readScalar(value: unknown, offset: number): JsonValue {
    if (typeof value === 'string') {
      if (/\0|\p{Surrogate}/u.test(value))
        findings.push({ offset, message: `character not allowed in ${quoted(value)}` })
      return value
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) {
        findings.push({ offset, message: 'a number must be finite' })
        return 0 // said already, so the schema need not say it again
      }
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        findings.push({ offset, message: 'an integer must be at most 9007199254740991, so that it can be compared' })
      }
      return value
    }
    return typeof value === 'boolean' ? value : null
  }

  function checkPattern(pattern: JsonValue | undefined, offset: number): void {
    const problem = typeof pattern === 'string' ? patterns.add(pattern) : undefined
    if (problem !== undefined) findings.push({ offset, message: problem })
  }
}

/** A key as part of a JSON pointer (RFC 6901). */
export function pointerPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
