import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml'

/** Where a value of a document stands in the text. */
export interface Place {
  /** Offset of the key, or of the value where a list holds it. */
  readonly key: number
  readonly value: number
}

/** A pair of a mapping in a YAML tree. */
export type YamlPair = Pair<ParsedNode, ParsedNode | null>

/** The place of each value of a document by its JSON pointer (RFC 6901), looked up in its YAML tree: few are asked for. */
export class Places {
  readonly #root: ParsedNode
  readonly #pairs = new Map<YAMLMap.Parsed, ReadonlyMap<string, YamlPair>>()

  constructor(root: ParsedNode) {
    this.#root = root
  }

  of(pointer: string): Place | undefined {
    let node: ParsedNode | null = this.#root
    let key = node.range[0]
    for (const part of pointer.split('/').slice(1)) {
      const pair: YamlPair | undefined = isMap(node) ? this.#pairsOf(node).get(part) : undefined
      const child: ParsedNode | null | undefined = isSeq(node) ? node.items[Number(part)] : pair?.value
      if (child === undefined) return undefined
      key = pair?.key.range[0] ?? child?.range[0] ?? key
      node = child
    }
    return { key, value: node?.range[0] ?? key }
  }

  /** The pairs of a mapping by their part of a pointer; of equal keys the last, as everywhere. */
  #pairsOf(map: YAMLMap.Parsed): ReadonlyMap<string, YamlPair> {
    const known = this.#pairs.get(map)
    if (known !== undefined) return known
    const pairs = new Map<string, YamlPair>()
    for (const pair of map.items as YamlPair[]) {
      if (isScalar(pair.key) && typeof pair.key.value === 'string') pairs.set(pointerPart(pair.key.value), pair)
    }
    this.#pairs.set(map, pairs)
    return pairs
  }
}

/** A key as part of a JSON pointer (RFC 6901). */
export function pointerPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
