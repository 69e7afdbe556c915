import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PolicyInput } from '../../dist/index.js'
import type { Decider, Rules } from './decisions.js'
import { loadPeer } from './installed.js'

interface OpaWasm {
  loadPolicySync(wasm: Uint8Array): { evaluate(input: PolicyInput): readonly [{ readonly result: boolean }] }
}

const HEAD = `package countersign
import rego.v1
default accept := false
origin := input.callStack[count(input.callStack) - 1].service
`

/** OPA compiled to WebAssembly, with a rule for each operation, and with one rule over a table, which is quicker. */
export function opas({ operations, origin }: Rules): readonly Decider[] {
  if (!isInstalled()) {
    console.log('no opa here: its WebAssembly was not measured\n')
    return []
  }
  const each = operations.map(
    operation => `accept if { input.callStack[0].operation == "${operation}"; origin == "${origin}" }\n`,
  )
  const table = Object.fromEntries(operations.map(operation => [operation, origin]))
  return [
    { name: 'OPA-wasm, a rule each', accepts: compile(HEAD + each.join('')) },
    {
      name: 'OPA-wasm, one rule over a table',
      accepts: compile(
        `${HEAD}wanted := ${JSON.stringify(table)}\naccept if wanted[input.callStack[0].operation] == origin\n`,
      ),
    },
  ]
}

function compile(rego: string): Decider['accepts'] {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-opa-'))
  try {
    const [source, bundle] = [join(folder, 'policy.rego'), join(folder, 'bundle.tar.gz')]
    writeFileSync(source, rego)
    execFileSync('opa', ['build', '--target', 'wasm', '--entrypoint', 'countersign/accept', '--output', bundle, source])
    execFileSync('tar', ['-xzf', bundle, '-C', folder, '/policy.wasm'], { stdio: 'ignore' })
    const policy = loadPeer<OpaWasm>('@open-policy-agent/opa-wasm').loadPolicySync(
      readFileSync(join(folder, 'policy.wasm')),
    )
    return call => policy.evaluate(call)[0].result
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function isInstalled(): boolean {
  try {
    execFileSync('opa', ['version'])
    return true
  } catch {
    return false
  }
}
