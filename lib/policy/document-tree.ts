import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml'
import { bareObject } from '../bare-object.js'
import type { JsonObject, JsonValue } from '../model/json.js'
import type { Patterns } from './pattern.js'
import { Places, type YamlPair } from './places.js'
import type { Finding } from './policy-source.js'
import { quoted } from './quoted.js'

/** A policy as plain data, with the places of its values. */
export interface DocumentTree {
  readonly document: JsonValue
  readonly places: Places
  /** What YAML allows and a policy does not. */
  readonly findings: readonly Finding[]
}

/** Turns a YAML tree, whose depth is bounded, into plain data; objects have no prototype. */
export function readTree(root: ParsedNode, patterns: Patterns): DocumentTree {
  const findings: Finding[] = []
  return { document: read(root), places: new Places(root), findings }

  function read(node: ParsedNode | null): JsonValue {
    if (isMap(node)) return readMapping(node)
    if (isSeq(node)) return node.items.map(read)
    return isScalar(node) ? readScalar(node.value, node.range[0]) : null
  }

  function readMapping(map: YAMLMap.Parsed): JsonObject {
    const mapping = bareObject()
    for (const pair of map.items as YamlPair[]) {
      const offset = pair.key.range[0]
      const key = readKey(pair.key)
      if (key === undefined) continue
      if (Object.hasOwn(mapping, key)) findings.push({ offset, message: `duplicate key ${quoted(key)}` })
      mapping[key] = read(pair.value)
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
