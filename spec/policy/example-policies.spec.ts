import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { parse } from 'yaml'
import type { ListVerdict } from '../../lib/model/decision.js'
import type { JsonObject } from '../../lib/model/json.js'
import type { PolicyFrame } from '../../lib/model/policy.js'
import { loadPolicy } from '../../lib/policy/policy-file.js'

interface ExpectedDecision {
  readonly title: string
  readonly stack: readonly PolicyFrame[]
  readonly 'initial-token'?: JsonObject
  /** When the call is judged. */
  readonly now?: number
  readonly effect: 'accept' | 'reject'
  /** For each list that is asked: the number of the rule that decides, `none` or `otherwise`. */
  readonly rules: readonly (number | 'none' | 'otherwise')[]
}

const folder = new URL('../../policies/', import.meta.url)
const names = readdirSync(folder).filter(name => name.endsWith('.yaml') && !name.endsWith('.decisions.yaml'))

function deciding({ effect, rule }: ListVerdict): number | string {
  return rule?.index ?? (effect === 'accept' ? 'otherwise' : 'none')
}

for (const name of names) {
  describe(`policies/${name}`, () => {
    const decisions = readFileSync(new URL(name.replace('.yaml', '.decisions.yaml'), folder), 'utf8')
    for (const { title, stack, 'initial-token': claims, now, effect, rules } of parse(
      decisions,
    ) as ExpectedDecision[]) {
      it(`${effect}s: ${title}`, async () => {
        const policy = await loadPolicy(fileURLToPath(new URL(name, folder)))
        const decision = policy.evaluate({ callStack: stack, initialToken: claims && { claims }, now })
        expect({ effect: decision.effect, rules: decision.lists.map(deciding) }, decision.reason).to.deep.equal({
          effect,
          rules,
        })
      })
    }
  })
}
