import { readdirSync, readFileSync } from 'node:fs'
import { type Decision, type PolicyInput, parsePolicy } from '../../../lib/index.js'
import type { Target } from '../target.js'
import { JSON_PIECES, JSON_TOKEN, jsonBombs } from './json-pieces.js'
import { show } from './receiving.js'

const FOLDER = new URL('../../../policies/', import.meta.url)
const MAX_REASON_CHARACTERS = 20_000

/** What a policy is asked about: plain data of any shape. It always decides. */
export async function attackPolicyInputs(): Promise<Target> {
  const examples = readdirSync(FOLDER).filter(file => file.endsWith('.yaml') && !file.endsWith('.decisions.yaml'))
  const policies = examples.map(file => parsePolicy(readFileSync(new URL(file, FOLDER), 'utf8')))
  const frame = (service: string, operation: string, claims: object = {}) => ({ service, operation, claims })
  const call = (callStack: readonly object[], claims?: object) =>
    JSON.stringify({ callStack, ...(claims && { initialToken: { claims } }) })
  return {
    name: 'policy input',
    corpus: [
      call([frame('shop', 'checkout')], { scope: 'shop.user', aud: 'cart', iss: 'https://login.example' }),
      call([frame('inventory', 'resupply'), frame('cart', 'commit'), frame('shop', 'checkout')]),
      call([frame('cart', 'commit', { tenant: 'north', roles: ['a', 'b'] })], {
        scope: ['shop.user'],
        tenant: 'north',
      }),
    ],
    token: JSON_TOKEN,
    dictionary: [
      ...JSON_PIECES,
      '"service"',
      '"operation"',
      '"claims"',
      '"callStack"',
      '"initialToken"',
      '"scope"',
      '"aud"',
      '"tenant"',
      '"shop"',
      '"cart"',
      '"shop < cart"',
      '"checkout"',
    ],
    bombs: [
      ...jsonBombs('"callStack":[]'),
      call(Array<object>(1024).fill(frame('shop', 'checkout'))),
      call(Array<object>(100_000).fill(frame('shop', 'checkout'))),
      call([frame('s'.repeat(100_000), 'o'.repeat(100_000))], {
        scope: 'x '.repeat(200_000),
        aud: 'x'.repeat(100_000),
      }),
      call([frame('\u{1f600}\u202e\n'.repeat(1000), 'checkout')]),
      call([frame('shop', 'checkout', { tenant: Array<string>(100_000).fill('x') })]),
    ],
    milliseconds: 50,
    isLawful: outcome => outcome === 'accepted',
    attempt: async input =>
      await show(() => policies.map(policy => check(policy.evaluate(parsed(input) as PolicyInput)))),
    close: async () => undefined,
  }
}

function check(decision: Decision): Decision {
  if (decision.effect !== 'accept' && decision.effect !== 'reject') throw new Error('no decision')
  if (decision.reason.length > MAX_REASON_CHARACTERS) throw new Error('a reason without end')
  return decision
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return input
  }
}
