import { type PolicyInput, parsePolicy } from '../../dist/index.js'
import { median, printTable, timePair } from '../table.js'
import { casbin } from './casbin.js'
import { opas } from './opa.js'

/** An engine that holds fifty rules: whose chain begins at shop may call each of fifty operations. */
export interface Decider {
  readonly name: string
  readonly accepts: (call: PolicyInput) => boolean
}

/** What the rules name. */
export interface Rules {
  readonly operations: readonly string[]
  readonly origin: string
}

const RULES = 50
const FRAMES = 8
const DECISIONS = 20
const rules: Rules = { operations: Array.from({ length: RULES }, (_, rule) => `op-${rule}`), origin: 'shop' }

/** One decision over the same rules, beside each of the others in turn. */
export async function printDecisions(samples: number): Promise<void> {
  const policy = parsePolicy(
    `for-each-of-the-following:\n- enforce-the-first-matching-rule:\n${rules.operations.map(ruleFor).join('')}`,
  )
  const ours: Decider = { name: 'countersign', accepts: call => policy.evaluate(call).effect === 'accept' }
  const rows: string[][] = []
  for (const other of [await casbin(rules), ...opas(rules)]) {
    for (const origin of ['shop', 'web']) {
      const [ourTime, time] = await compare(ours, other, origin, samples)
      const verdict = origin === rules.origin ? 'accepted' : 'rejected'
      rows.push([other.name, verdict, time.toFixed(2), ourTime.toFixed(2), (time / ourTime).toFixed(1), '>= 5'])
    }
  }
  const head = ['engine', 'verdict', 'us', 'countersign us', 'to countersign', 'target']
  printTable(`a decision beside others (${RULES} rules, ${FRAMES} frames; the last rule decides)`, head, rows)
}

async function compare(ours: Decider, other: Decider, origin: string, samples: number): Promise<[number, number]> {
  const call = callFrom(origin, rules.operations.at(-1) ?? '')
  const times = { ours: [] as number[], raw: [] as number[] }
  const batch = ({ name, accepts }: Decider) => {
    return () => {
      for (let decision = 0; decision < DECISIONS; decision += 1) {
        if (accepts(call) !== (origin === rules.origin)) throw new Error(`${name} decides otherwise`)
      }
    }
  }
  for (let sample = 0; sample < 2 * samples; sample += 1) {
    await timePair(sample, batch(ours), batch(other), sample >= samples ? times : undefined)
  }
  return [median(times.ours) / DECISIONS, median(times.raw) / DECISIONS]
}

function ruleFor(operation: string): string {
  const must = `{ come-from: [{ any-number-of-apps: true }, { app-name: { equal-to: ${rules.origin} } }] }`
  return `  - tokens-that: { have-operation: { equal-to: ${operation} } }\n    must: ${must}\n`
}

function callFrom(origin: string, operation: string): PolicyInput {
  const services = [...Array.from({ length: FRAMES - 1 }, (_, index) => `s${index}`), origin]
  const callStack = services.map((service, position) => {
    return { service, operation: position === 0 ? operation : 'call', claims: {} }
  })
  return { callStack, initialToken: undefined, now: 1000 }
}
