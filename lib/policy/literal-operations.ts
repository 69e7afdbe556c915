import type * as Document from './generated/policy-document.js'

/** The only operations that a token matcher can match, where it names them literally; undefined where it does not. */
export function literalOperations(document: Document.TokenMatcher): ReadonlySet<string> | undefined {
  const own = strings(document['have-operation'])
  if (own === undefined || document.or === undefined) return own
  const other = literalOperations(document.or)
  return other && new Set([...own, ...other])
}

function strings(document: Document.ValueMatcher | undefined): ReadonlySet<string> | undefined {
  const { 'equal-to': literal, 'one-of': literals = [] } = document ?? {}
  const named = literal === undefined ? literals : [literal]
  const operations = named.filter(value => typeof value === 'string')
  return operations.length > 0 && operations.length === named.length ? new Set(operations) : undefined
}
