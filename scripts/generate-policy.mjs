// From lib/policy/policy.schema.json: the types of a policy document and a validator that needs no compiler at start-up.
// `node scripts/generate-policy.mjs` writes; with `--check` it only says what is stale.
import { readFile, writeFile } from 'node:fs/promises'
import Ajv from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'

const policyFolder = new URL('../lib/policy/', import.meta.url)
const header = '// Generated from policy.schema.json by scripts/generate-policy.mjs; do not edit.\n'

const schema = JSON.parse(await readFile(new URL('policy.schema.json', policyFolder), 'utf8'))
const files = new Map([
  ['policy-document.ts', policyDocument()],
  ['validate-policy.ts', validatePolicy()],
])

for (const [name, text] of files) {
  const file = new URL(`generated/${name}`, policyFolder)
  if (!process.argv.includes('--check')) await writeFile(file, text)
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`countersign: error: lib/policy/generated/${name} is stale; run \`npm run generate\``)
    process.exitCode = 1
  }
}

function policyDocument() {
  const shapes = [['policy', schema], ...Object.entries(schema.$defs).filter(([, def]) => def.type !== undefined)]
  return [header, ...shapes.map(([name, def]) => declaration(name, def))].join('\n')
}

function declaration(name, def) {
  const comment = def.description === undefined ? '' : `/** ${def.description} */\n`
  if (def.properties === undefined) return `${comment}export type ${typeName(name)} = ${type(def)}\n`
  const members = Object.entries(def.properties).map(([key, value]) => {
    const optional = def.required?.includes(key) ? '' : '?'
    return `  /** ${value.description ?? schema.$defs[referred(value)].description} */\n  readonly '${key}'${optional}: ${type(value)}\n`
  })
  return `${comment}export interface ${typeName(name)} {\n${members.join('')}}\n`
}

function type(def) {
  if (def.$ref !== undefined) return typeName(referred(def))
  if ('const' in def) return `'${def.const}'`
  if (Array.isArray(def.type)) return def.type.join(' | ')
  if (def.type === 'array') return `readonly ${type(def.items)}[]`
  if (def.type === 'object') return `{ readonly [name: string]: ${type(def.additionalProperties)} }`
  return def.type === 'integer' ? 'number' : def.type
}

function referred(def) {
  return def.$ref.replace('#/$defs/', '')
}

function typeName(name) {
  return name === 'policy' ? 'PolicyDocument' : name.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase())
}

function validatePolicy() {
  const ajv = new Ajv({
    allErrors: true,
    ownProperties: true,
    verbose: true,
    inlineRefs: false,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    unicodeRegExp: true,
    code: { source: true, esm: true, lines: true },
  })
  const source = standaloneCode(ajv, ajv.compile(schema))
  const body = source
    .replace('"use strict";', '')
    .replace(/^export const validate = (\w+);$/m, '')
    .replace(/^export default (\w+);$/m, '')
    .replace('require("ajv/dist/runtime/ucs2length").default', 'text => Array.from(text).length')
    .replace(/vErrors === null \? ([\w.]+)\.errors : vErrors\.concat\(\1\.errors\)/g, 'joined(vErrors, $1.errors)')
    .trim()
  const entry = /export const validate = (\w+);/.exec(source)[1]
  if (/\brequire\(|\beval\(|new Function|\.concat\(/.test(body))
    throw new Error('the generated validator is no plain module')
  return `// @ts-nocheck: generated code is JavaScript
${header}
/** One thing that the schema refuses, in ajv's words. */
export interface SchemaError {
  /** JSON pointer of the value at fault. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The part of the schema that the keyword stands in. */
  readonly parentSchema: { readonly title?: string; readonly properties?: object; readonly type?: string | readonly string[] }
  /** The value at fault. */
  readonly data: unknown
}

/** Everything that the schema refuses in a document; empty where the document is a policy. */
export function schemaErrors(document: unknown): readonly SchemaError[] {
  return ${entry}(document) ? [] : ${entry}.errors
}

// In place of ajv's concat, which takes quadratic time where many elements of one list are wrong.
function joined(errors, more) {
  if (errors === null) return [...more]
  for (const error of more) errors.push(error)
  return errors
}

${body}
`
}
