import { MAX_POLICY_RULES } from '../limits/decisions.js'
import { nearestName } from '../nearest-name.js'
import type { DocumentTree } from './document-tree.js'
import type { PolicyDocument } from './generated/policy-document.js'
import { type SchemaError, schemaErrors } from './generated/validate-policy.js'
import { groupProblem, isGroupKeyword } from './key-groups.js'
import { pointerPart } from './places.js'
import type { Finding } from './policy-source.js'
import { described, quoted } from './quoted.js'

/** Everything that the schema refuses in a document, and too many rules, as sentences. */
export function documentProblems({ document, places }: DocumentTree): Finding[] {
  const errors = schemaErrors(document).filter(({ schemaPath }) => !isInsideGroup(schemaPath))
  const misspelled = new Set(
    errors.filter(({ keyword }) => keyword === 'additionalProperties').map(at => at.instancePath),
  )
  const findings: Finding[] = []
  for (const error of errors) {
    const message = sentence(error, misspelled.has(error.instancePath))
    if (message !== undefined) findings.push({ offset: offsetOf(error), message })
  }
  return findings

  function offsetOf({ instancePath, keyword, params }: SchemaError): number {
    const pointer =
      keyword === 'additionalProperties'
        ? `${instancePath}/${pointerPart(String(params.additionalProperty))}`
        : instancePath
    const place = places.of(pointer)
    if (place === undefined) return 0
    return VALUE_KEYWORDS.has(keyword) ? place.value : place.key
  }
}

/** The rules of a policy are counted over all of its lists. */
export function tooManyRules(document: PolicyDocument): string | undefined {
  const lists = document['for-each-of-the-following']
  const rules = lists.reduce((count, list) => count + list['enforce-the-first-matching-rule'].length, 0)
  return rules > MAX_POLICY_RULES ? `a policy has at most ${MAX_POLICY_RULES} rules; this one has ${rules}` : undefined
}

const VALUE_KEYWORDS = new Set(['type', 'const', 'minimum', 'maxLength', 'minLength'])

// What fails inside `oneOf`, `anyOf` and `not` is said once, by the keyword itself.
function isInsideGroup(schemaPath: string): boolean {
  return /\/(?:oneOf|anyOf|not)\//.test(schemaPath)
}

function sentence(error: SchemaError, beside: boolean): string | undefined {
  const { keyword, params, data, parentSchema } = error
  if (isGroupKeyword(keyword)) return groupProblem(parentSchema.title, data, beside)
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(String(params.additionalProperty), Object.keys(parentSchema.properties ?? {}))
    case 'required':
      return beside ? undefined : `missing key \`${params.missingProperty}\``
    case 'type':
      return `expected ${typeNames(parentSchema.type)}, found ${described(data)}${literalMeant(error)}`
    case 'const':
      return `expected \`${params.allowedValue}\`, found ${described(data)}`
    case 'minItems':
      return 'an empty list matches nothing'
    case 'minProperties':
      return 'an empty matcher says nothing'
    case 'maxItems':
      return `at most ${params.limit} of these`
    case 'minimum':
      return `expected at least ${params.limit}, found ${described(data)}`
    case 'minLength':
      return 'an empty text says nothing'
    default:
      return `at most ${params.limit} characters`
  }
}

function unknownKey(key: string, allowed: readonly string[]): string {
  const nearest = nearestName(key, allowed)
  if (nearest !== undefined) return `unknown key ${quoted(key)}; did you mean \`${nearest}\`?`
  return `unknown key ${quoted(key)}; expected ${allowed.map(name => `\`${name}\``).join(', ')}`
}

function literalMeant({ data, parentSchema }: SchemaError): string {
  if (parentSchema.title !== 'value matcher' || typeof data !== 'string') return ''
  return `; did you mean ${quoted(`{ equal-to: ${data} }`)}?`
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['object', 'a mapping'],
  ['array', 'a list'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', '`true` or `false`'],
])

function typeNames(type: string | readonly string[] | undefined): string {
  const names = [type ?? []].flat().map(name => TYPE_NAMES.get(name))
  return names.length === 1 ? `${names[0]}` : 'a string, a number, `true` or `false`'
}
