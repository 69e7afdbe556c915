import { absence } from './absence.js'
import { readArguments } from './arguments.js'
import { type Command, OK } from './command.js'
import { countInspections, drawInspections } from './inspection-text.js'
import { inspectAll } from './inspections.js'
import {
  INSPECTOR_OPTIONS,
  INSPECTOR_USAGE,
  inspectorOf,
  REGISTRY_OPTIONS,
  REGISTRY_USAGE,
  withRegistry,
} from './registry-options.js'

const OPTIONS = { ...REGISTRY_OPTIONS, ...INSPECTOR_OPTIONS, json: { type: 'boolean' } } as const

/** `countersign registry list` */
export const listCommand: Command = {
  name: 'registry list',
  summary: 'every key in a registry: whose it is, and what a service would make of it now',
  usage: `countersign registry list [<service>] [options]

Everything is verified as a service verifies it; why a key is refused stands beside it.

${REGISTRY_USAGE}${INSPECTOR_USAGE}  --json                   a JSON list; times in seconds since the epoch
`,
  async run(words, terminal) {
    const { values, positionals } = readArguments(words, OPTIONS, [0, 1])
    const inspect = await inspectorOf(values)
    const [service] = positionals
    return await withRegistry(values, terminal, async registry => {
      const inspections = await inspectAll(registry, inspect, service)
      if (values.json) {
        terminal.write(`${JSON.stringify(inspections, undefined, 2)}\n`)
        return OK
      }
      terminal.write(drawInspections(inspections, terminal))
      const isMissing = service !== undefined && inspections.length === 0
      terminal.say(isMissing ? await absence(registry, service) : countInspections(inspections))
      return OK
    })
  },
}
