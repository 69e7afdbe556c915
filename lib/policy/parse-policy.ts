import { OptionError } from '../errors/base.js'
import type { JsonValue } from '../model/json.js'
import type { Policy } from '../model/policy.js'
import { policyOf } from './compiled-policy.js'
import { documentProblems, tooManyRules } from './document-problems.js'
import { type DocumentTree, readTree } from './document-tree.js'
import type { PolicyDocument } from './generated/policy-document.js'
import { Patterns } from './pattern.js'
import { type Finding, PolicySource } from './policy-source.js'
import { escaped } from './quoted.js'
import { compileRule } from './rule.js'
import { type RuleList, ruleList } from './rule-list.js'
import { readYaml } from './yaml-text.js'

/** How a policy's text is called in errors and decisions. */
export interface ParsePolicyOptions {
  /** The name of the file that the text came from. Nothing is read from it. */
  readonly file?: string | undefined
}

/**
 * Reads a policy from its YAML text (docs/policy.md), at most 64 KB.
 *
 * Throws ERR_POLICY_INVALID, with everything that is wrong at once; ERR_OPTION where an argument has the wrong type.
 */
export function parsePolicy(yamlText: string, { file }: ParsePolicyOptions = {}): Policy {
  if (typeof yamlText !== 'string') throw new OptionError('the text of a policy must be a string')
  if (file !== undefined && typeof file !== 'string') throw new OptionError('`file` must be a string')
  const source = new PolicySource(yamlText, file)
  const yaml = readYaml(yamlText)
  if ('findings' in yaml) throw source.invalid(yaml.findings)
  const patterns = new Patterns()
  const tree = readTree(yaml.root, patterns)
  return policyOf(compileLists(validated(tree, source), { source, tree, patterns }))
}

interface Compilation {
  readonly source: PolicySource
  readonly tree: DocumentTree
  readonly patterns: Patterns
}

function validated(tree: DocumentTree, source: PolicySource): PolicyDocument {
  const findings: Finding[] = [...tree.findings, ...documentProblems(tree)]
  if (findings.length > 0) throw source.invalid(findings)
  const document = tree.document as JsonValue & PolicyDocument // the schema has nothing against it
  const tooMany = tooManyRules(document)
  if (tooMany !== undefined) throw source.invalid([{ offset: 0, message: tooMany }])
  return document
}

function compileLists(document: PolicyDocument, { source, tree, patterns }: Compilation): RuleList[] {
  const file = source.file
  return document['for-each-of-the-following'].map((list, at) => {
    const pointer = `/for-each-of-the-following/${at}`
    const rules = list['enforce-the-first-matching-rule'].map((rule, index) => {
      const line = lineAt(`${pointer}/enforce-the-first-matching-rule/${index}`)
      return compileRule(rule, { index: index + 1, file, line }, patterns)
    })
    const line = lineAt(pointer)
    const place = file === undefined ? `line ${line}` : `${escaped(file)}:${line}`
    return ruleList(rules, { list: at + 1, name: list.name, place, otherwise: list.otherwise })
  })

  function lineAt(pointer: string): number {
    return source.lineOf(tree.places.of(pointer)?.value ?? 0)
  }
}
