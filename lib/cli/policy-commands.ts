import { loadPolicy, type PolicyInput } from 'countersign'
import { hintAmong } from '../nearest-name.js'
import { readArguments } from './arguments.js'
import { type Command, FAILED, OK, UsageError } from './command.js'
import { readJsonFile } from './json-file.js'
import { errorLine } from './program.js'
import { reasonOf } from './reason.js'

const INPUT_MEMBERS = ['callStack', 'initialToken', 'now'] as const
const FRAME_MEMBERS = ['service', 'operation', 'claims'] as const
const INITIAL_TOKEN_MEMBERS = ['claims'] as const

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
    checkMembers(inputFile, input, INPUT_MEMBERS)
    if (!Array.isArray(input.callStack)) throw new UsageError(`\`${inputFile}\` has no list \`callStack\``)
    for (const frame of input.callStack) checkMembers(inputFile, frame, FRAME_MEMBERS)
    if (input.initialToken !== undefined) checkMembers(inputFile, input.initialToken, INITIAL_TOKEN_MEMBERS)
    const decision = policy.evaluate(input)
    terminal.write(`${JSON.stringify(decision, undefined, 2)}\n`)
    return decision.effect === 'accept' ? OK : FAILED
  },
}

/** A misspelt member would prove the opposite of what its author meant. */
function checkMembers(file: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`\`${file}\`: expected an object with ${names.join(', ')}`)
  }
  const unknown = Object.keys(value).find(name => !names.includes(name))
  if (unknown === undefined) return
  throw new UsageError(`\`${file}\`: unknown member \`${unknown}\`; ${hintAmong(unknown, names)}`)
}

/** A policy's problems have a line and a caret each: all of it is shown. */
function problemsOf(error: unknown): readonly string[] {
  return error instanceof Error && 'code' in error && error.code === 'ERR_POLICY_INVALID'
    ? error.message.split('\n')
    : [errorLine(error instanceof Error ? error.message : reasonOf(error))]
}
