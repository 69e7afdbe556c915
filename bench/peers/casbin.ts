import { type PolicyInput, parsePolicy } from '../../dist/index.js'
import { median, printTable, timePair } from '../table.js'
import { loadPeer } from './installed.js'

interface Enforcer {
  enforceSync(...request: readonly string[]): boolean
}

interface Casbin {
  newEnforcer(model: unknown, adapter: unknown): Promise<Enforcer>
  newModelFromString(text: string): unknown
  readonly StringAdapter: new (policy: string) => unknown
}

const RULES = 50
const FRAMES = 8
const DECISIONS = 20

/** Its request is flat: the caller names the stack's origin itself, and a path through services cannot be said. */
const MODEL = `
[request_definition]
r = origin, operation
[policy_definition]
p = origin, operation
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.operation == p.operation && r.origin == p.origin
`

/** One decision over the same rules: whose chain begins at shop may call each of fifty operations. */
export async function printCasbin(samples: number): Promise<void> {
  const { newEnforcer, newModelFromString, StringAdapter } = loadPeer<Casbin>('casbin')
  const operations = Array.from({ length: RULES }, (_, rule) => `op-${rule}`)
  const adapter = new StringAdapter(operations.map(operation => `p, shop, ${operation}`).join('\n'))
  const enforcer = await newEnforcer(newModelFromString(MODEL), adapter)
  const policy = parsePolicy(
    `for-each-of-the-following:\n- enforce-the-first-matching-rule:\n${operations.map(ruleFor).join('')}`,
  )
  const rows: string[][] = []
  for (const [verdict, origin] of [
    ['accepted', 'shop'],
    ['rejected', 'web'],
  ] as const) {
    const operation = `op-${RULES - 1}`
    const call = callFrom(origin, operation)
    const isAccepted = verdict === 'accepted'
    const decideOurs = () => (policy.evaluate(call).effect === 'accept') === isAccepted
    const decideCasbin = () => enforcer.enforceSync(origin, operation) === isAccepted
    const times = { ours: [] as number[], raw: [] as number[] }
    for (let sample = 0; sample < 2 * samples; sample += 1) {
      const isMeasured = sample >= samples
      await timePair(sample, repeated(decideOurs), repeated(decideCasbin), isMeasured ? times : undefined)
    }
    const [ours, casbin] = [median(times.ours) / DECISIONS, median(times.raw) / DECISIONS]
    rows.push([verdict, ours.toFixed(2), casbin.toFixed(2), (casbin / ours).toFixed(1), '>= 5'])
  }
  const head = ['verdict', 'countersign us', 'casbin us', 'casbin to it', 'target']
  printTable(`a decision beside casbin (${RULES} rules, ${FRAMES} frames; the last rule decides)`, head, rows)
}

function repeated(decide: () => boolean): () => void {
  return () => {
    for (let decision = 0; decision < DECISIONS; decision += 1) {
      if (!decide()) throw new Error('another decision')
    }
  }
}

function ruleFor(operation: string): string {
  const must = '{ come-from: [{ any-number-of-apps: true }, { app-name: { equal-to: shop } }] }'
  return `  - tokens-that: { have-operation: { equal-to: ${operation} } }\n    must: ${must}\n`
}

function callFrom(origin: string, operation: string): PolicyInput {
  const services = [...Array.from({ length: FRAMES - 1 }, (_, index) => `s${index}`), origin]
  const callStack = services.map((service, position) => {
    return { service, operation: position === 0 ? operation : 'call', claims: {} }
  })
  return { callStack, initialToken: undefined, now: 1000 }
}
