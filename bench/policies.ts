import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { type JsonObject, type PolicyInput, parsePolicy } from '../dist/index.js'
import { median, microseconds, printTable, timePair } from './table.js'

// The one that the package itself parses with: a peer brings another.
const { parseDocument } = createRequire(new URL('../dist/index.js', import.meta.url))('yaml') as typeof import('yaml')

const RULES = 50
const DECISIONS = 50
const LOADED_RULES = 200
const STARTS = 7
/** What the one rule of each policy that applies to a call wants: eight frames with shop at the origin. */
const MUST = '{ come-from: [{ any-number-of-apps: true }, { app-name: { equal-to: shop } }] }'

interface Subject {
  readonly name: string
  /** The condition of a rule; the last one applies to the call. */
  readonly condition: (rule: number) => string
  readonly operation?: string
  readonly claims?: JsonObject
}

const isLast = (rule: number) => rule === RULES - 1
const anywhere = (step: string) =>
  `{ come-from: [{ any-number-of-apps: true }, ${step}, { any-number-of-apps: true }] }`
const appName = (rule: number) => `{ app-name: { equal-to: ${isLast(rule) ? 's3' : `x${rule}`} } }`

const SUBJECTS: readonly Subject[] = [
  {
    name: 'operation',
    condition: rule => `{ have-operation: { equal-to: op-${rule} } }`,
    operation: `op-${RULES - 1}`,
  },
  {
    name: 'claim',
    condition: rule => `{ have-claim: { region: { is: { equal-to: r-${rule} } } } }`,
    claims: { region: `r-${RULES - 1}` },
  },
  {
    name: 'claim, pattern',
    condition: rule => `{ have-claim: { region: { is: { matching: 'r-${rule}(-[a-z]+)?' } } } }`,
    claims: { region: `r-${RULES - 1}-b` },
  },
  {
    name: 'claim, pattern with an ending alone',
    condition: rule => `{ have-claim: { region: { is: { matching: '.*-r${rule}' } } } }`,
    claims: { region: `b-r${RULES - 1}` },
  },
  {
    name: 'claim, pattern with neither',
    condition: rule => `{ have-claim: { region: { is: { matching: '.*-r${rule}-.*' } } } }`,
    claims: { region: `b-r${RULES - 1}-c` },
  },
  { name: 'come-through', condition: rule => `{ come-through: [${appName(rule)}] }` },
  { name: 'come-from', condition: rule => anywhere(appName(rule)) },
  {
    name: 'age of the token',
    condition: rule => `{ have-initial-token: { where-issued-within: { seconds: ${rule + 1} } } }`,
  },
]

/** What a policy costs: a decision, loading, and having it at hand at all. */
export async function printPolicies(samples: number): Promise<void> {
  const rows: string[][] = []
  for (const subject of SUBJECTS) rows.push(await measure(subject, samples))
  const head = ['rules differ by', 'accepted us', 'rejected us', 'no rule us', 'target']
  printTable(`a decision (${RULES} rules, 8 frames; the last rule decides)`, head, rows)
  await printLoading(Math.ceil(samples / 10))
  printImport()
}

async function measure(
  { name, condition, operation = 'read', claims = {} }: Subject,
  samples: number,
): Promise<string[]> {
  const policy = parsePolicy(policyText(RULES, rule => `{ tokens-that: ${condition(rule)}, must: ${MUST} }`))
  const calls = [
    callOf(operation, claims, 'shop'),
    callOf(operation, claims, 'web'),
    { ...callOf('none', {}, 'elsewhere', 's9'), initialToken: undefined },
  ]
  const times: string[] = []
  for (const call of calls) {
    const batch = () => {
      for (let decision = 0; decision < DECISIONS; decision += 1) policy.evaluate(call)
    }
    for (let warmUp = 0; warmUp < samples; warmUp += 1) batch()
    const measured: number[] = []
    for (let sample = 0; sample < samples; sample += 1) measured.push((await microseconds(batch)) / DECISIONS)
    times.push(median(measured).toFixed(2))
  }
  return [name, ...times, '<= 3']
}

function callOf(operation: string, claims: JsonObject, origin: string, third = 's3'): PolicyInput {
  const callStack = ['s0', 's1', 's2', third, 's4', 's5', 's6', origin].map((service, position) => {
    const own = position === 0 ? claims : {}
    return {
      service,
      operation: position === 0 ? operation : 'call',
      claims: { ...own, iss: service, iat: 1000, exp: 1300 },
    }
  })
  const initialToken = { claims: { iss: 'https://login.example', scope: 'openid shop.user', iat: 1000 - RULES } }
  return { callStack, initialToken, now: 1000 }
}

function policyText(rules: number, rule: (index: number) => string): string {
  const lines = Array.from({ length: rules }, (_, index) => `  - ${rule(index)}\n`)
  return `for-each-of-the-following:\n- enforce-the-first-matching-rule:\n${lines.join('')}`
}

async function printLoading(samples: number): Promise<void> {
  const text = policyText(
    LOADED_RULES,
    rule => `tokens-that: { have-operation: { equal-to: op-${rule} } }\n    must: ${MUST}`,
  )
  const times = { ours: [] as number[], raw: [] as number[] }
  for (let sample = 0; sample < samples; sample += 1) {
    const isWarm = sample >= samples / 4
    await timePair(
      sample,
      () => parsePolicy(text),
      () => parseDocument(text),
      isWarm ? times : undefined,
    )
  }
  const [ours, yaml] = [median(times.ours) / 1000, median(times.raw) / 1000]
  printTable(
    `loading a policy (${LOADED_RULES} rules, ${text.length} bytes)`,
    ['parsePolicy ms', "yaml's parseDocument ms", 'ratio', 'target'],
    [[ours.toFixed(1), yaml.toFixed(1), (ours / yaml).toFixed(2), '<= 1.30']],
  )
}

/** In processes of their own, since a module is imported once. */
function printImport(): void {
  const script = "const start = performance.now(); await import('countersign'); console.log(performance.now() - start)"
  const times = Array.from({ length: STARTS }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })),
  )
  const row = [median(times).toFixed(0), Math.min(...times).toFixed(0), '<= 150']
  printTable('import of the package (a new process)', ['median ms', 'least ms', 'target'], [row])
}
