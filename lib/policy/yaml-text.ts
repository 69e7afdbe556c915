import { Composer, CST, type Document, Lexer, type ParsedNode, Parser } from 'yaml'
import { MAX_POLICY_BYTES, MAX_POLICY_DEPTH } from '../limits/decisions.js'
import type { Finding } from './policy-source.js'
import { escaped, quoted } from './quoted.js'

/** The YAML tree of a policy, or what is wrong with its text. */
export type YamlText = { readonly root: ParsedNode } | { readonly findings: readonly Finding[] }

const UNWANTED: ReadonlyMap<string | null, string> = new Map([
  ['alias', 'aliases are not allowed'],
  ['anchor', 'anchors are not allowed'],
  ['tag', 'tags are not allowed'],
  ['directive-line', 'directives are not allowed'],
])
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const STRANGER = /[\0-\x08\x0b\x0c\x0e-\x1f]|\p{Surrogate}/u
const COLLECTIONS = new Set(['block-map', 'block-seq', 'flow-collection'])

/**
 * Reads YAML 1.2 without aliases, anchors, tags and directives, one document, within the bounds of docs/policy.md.
 *
 * The text goes through the parser lexeme by lexeme, so that a hostile nesting is refused before anything recurses over
 * it: `yaml`'s composer counts on catching a stack overflow, which V8 does not always survive.
 */
export function readYaml(text: string): YamlText {
  const findings = outOfBounds(text)
  if (findings.length > 0) return { findings }
  const { tokens, unwanted } = parseTokens(text)
  for (const token of tokens) {
    if (token.type === 'error') unwanted.push({ offset: token.offset, message: sentence(token.message) })
  }
  return unwanted.length > 0 ? { findings: unwanted } : composeTree(tokens)
}

function outOfBounds(text: string): Finding[] {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_POLICY_BYTES) {
    return [{ offset: 0, message: `a policy has at most ${MAX_POLICY_BYTES} bytes; this one has ${bytes}` }]
  }
  const stranger = STRANGER.exec(text)
  if (stranger === null) return []
  return [{ offset: stranger.index, message: `character ${quoted(stranger[0])} is not allowed` }]
}

function parseTokens(text: string): { tokens: CST.Token[]; unwanted: Finding[] } {
  const tokens: CST.Token[] = []
  const unwanted: Finding[] = []
  const parser = new Parser()
  let documents = 0
  let inScalar = false
  // The lexer announces a plain or block scalar by a mark of its own; the text itself is the next lexeme.
  for (const lexeme of new Lexer().lex(text)) {
    const type: string | null = inScalar ? 'text' : CST.tokenType(lexeme)
    const offset = parser.offset
    const message = UNWANTED.get(type)
    if (message !== undefined) unwanted.push({ offset, message: `${message}: ${quoted(lexeme.trim())}` })
    if (type === 'doc-start' && ++documents > 1) unwanted.push({ offset, message: 'a policy is one document' })
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (isTooDeep(parser.stack)) {
      unwanted.push({ offset, message: `nested more than ${MAX_POLICY_DEPTH} deep` })
      return { tokens, unwanted }
    }
    inScalar = type === 'scalar'
  }
  for (const token of parser.end()) tokens.push(token)
  return { tokens, unwanted }
}

function isTooDeep(stack: readonly CST.Token[]): boolean {
  return stack.length > MAX_POLICY_DEPTH && stack.filter(({ type }) => COLLECTIONS.has(type)).length > MAX_POLICY_DEPTH
}

function composeTree(tokens: readonly CST.Token[]): YamlText {
  // Duplicate keys are found by us: `uniqueKeys` takes quadratic time.
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false })
  const [document, ...others] = withoutStackTraces(() => [...composer.compose(tokens)] as Document.Parsed[])
  const findings = (document?.errors ?? []).map(({ pos, message }) => ({ offset: pos[0], message: sentence(message) }))
  for (const { range } of others) findings.push({ offset: range[0], message: 'a policy is one document' })
  if (findings.length > 0) return { findings }
  if (!document?.contents) return { findings: [{ offset: 0, message: 'the policy is empty' }] }
  return { root: document.contents }
}

// A hostile text has ten thousands of errors, and most of their cost is in traces that nobody reads.
function withoutStackTraces<T>(work: () => T): T {
  const { stackTraceLimit } = Error
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return work()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}

function sentence(message: string): string {
  const clipped = message.length > 200 ? `${message.slice(0, 200)}...` : message
  return escaped(clipped.charAt(0).toLowerCase() + clipped.slice(1).replace(/\.$/, ''))
}
