import { readdirSync } from 'node:fs'

/** The specs of one folder: those that find most in the least time, and all others. A mutant is done with at the first failure. */
interface Suite {
  readonly quick: readonly string[]
  readonly rest: readonly string[]
}

const SPEC = new URL('../../', import.meta.url)
const SUFFIX = '.spec.js'

const quick = {
  jws: [
    'protected-header',
    'signature',
    'public-key',
    'signing-key',
    'compact',
    'base64url',
    'ed25519-point',
    'public-vectors',
  ],
  chain: [
    'seal',
    'wrap',
    'lifetime',
    'request-binding',
    'custody',
    'time',
    'signature',
    'claims-along-chain',
    'full-chain',
    'judgement',
    'verified-call',
    'edge',
  ],
  policy: [
    'policy-cases',
    'policy-docs',
    'decision',
    'parse-policy',
    'value-matcher',
    'initial-token-matcher',
    'token-matcher',
    'collection-matcher',
    'come-from',
    'rule-list',
    'evaluate-hostile',
  ],
} as const

const elsewhere: Partial<Record<string, readonly string[]>> = {
  jws: ['vectors', ...specsIn('registry/pki')],
  chain: ['vectors'],
}

/** The suite of the folder whose code is changed: MUTATED names it. */
export function suiteOfMutated(): Suite {
  const folder = process.env.MUTATED as keyof typeof quick
  const first = quick[folder].map(name => `${folder}/${name}`)
  const others = specsIn(folder).filter(name => !first.includes(name))
  return { quick: first, rest: [...others, ...(elsewhere[folder] ?? [])] }
}

/** Loads specs, by their names in `spec`. */
export async function load(specs: readonly string[]): Promise<void> {
  for (const name of specs) await import(new URL(`${name}${SUFFIX}`, SPEC).href)
}

function specsIn(folder: string): string[] {
  const files = readdirSync(new URL(`${folder}/`, SPEC)).filter(name => name.endsWith(SUFFIX))
  return files.sort().map(name => `${folder}/${name.slice(0, -SUFFIX.length)}`)
}
