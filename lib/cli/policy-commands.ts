import { loadPolicy, type PolicyInput } from 'countersign'
import { readArguments } from './arguments.js'
import { type Command, FAILED, OK, UsageError } from './command.js'
import { readJsonFile } from './json-file.js'
import { reasonOf } from './reason.js'

/** `countersign policy check` */
export const policyCheckCommand: Command = {
  name: 'policy check',
  summary: 'everything that is wrong with policy files',
  usage: `countersign policy check <file> [<file>...]

Prints every problem with its place, and exits with 1 if there is one.
`,
  async run(words, terminal) {
    const { positionals } = readArguments(words, {}, [1, Number.POSITIVE_INFINITY])
    let status = OK
    for (const file of positionals) {
      try {
        await loadPolicy(file)
        terminal.write(`${file}: well formed\n`)
      } catch (error) {
        for (const line of problemsOf(error)) terminal.say(line)
        status = FAILED
      }
    }
    return status
  },
}

/** `countersign policy decide` */
export const policyDecideCommand: Command = {
  name: 'policy decide',
  summary: 'what a policy decides over a call stack, and why',
  usage: `countersign policy decide <policy> <input.json>

The input has the nearest caller first:
  {"callStack":[{"service":"shop","operation":"checkout","claims":{}}],"initialToken":{"claims":{}}}
Prints the decision as JSON, and exits with 1 if it is to reject.
`,
  async run(words, terminal) {
    const { positionals } = readArguments(words, {}, [2, 2])
    const [policyFile = '', inputFile = ''] = positionals
    const policy = await loadPolicy(policyFile)
    const input = await readJsonFile<PolicyInput>(inputFile)
    if (typeof input !== 'object' || !Array.isArray(input?.callStack)) {
      throw new UsageError(`\`${inputFile}\` has no list \`callStack\``)
    }
    const decision = policy.evaluate(input)
    terminal.write(`${JSON.stringify(decision, undefined, 2)}\n`)
    return decision.effect === 'accept' ? OK : FAILED
  },
}

/** A policy's problems have a line and a caret each: all of it is shown. */
function problemsOf(error: unknown): readonly string[] {
  return error instanceof Error && 'code' in error && error.code === 'ERR_POLICY_INVALID'
    ? error.message.split('\n')
    : [reasonOf(error)]
}
