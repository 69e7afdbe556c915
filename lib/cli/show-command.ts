import type { KeyRegistry } from 'countersign'
import type { Inspection, Inspector } from 'countersign/registry/inspection'
import { absence } from './absence.js'
import { readArguments } from './arguments.js'
import { type Command, FAILED, OK } from './command.js'
import { drawInspection } from './inspection-text.js'
import { inspectAll } from './inspections.js'
import { errorLine } from './program.js'
import {
  INSPECTOR_OPTIONS,
  INSPECTOR_USAGE,
  inspectorOf,
  REGISTRY_OPTIONS,
  REGISTRY_USAGE,
  withRegistry,
} from './registry-options.js'

const OPTIONS = { ...REGISTRY_OPTIONS, ...INSPECTOR_OPTIONS, json: { type: 'boolean' } } as const

/** `countersign registry show` */
export const showCommand: Command = {
  name: 'registry show',
  summary: 'the keys of one service, or one of them, with all that is known of it',
  usage: `countersign registry show <service> [<kid>] [options]

${REGISTRY_USAGE}${INSPECTOR_USAGE}  --json                   a JSON list; times in seconds since the epoch
`,
  async run(words, terminal) {
    const { values, positionals } = readArguments(words, OPTIONS, [1, 2])
    const [service = '', kid] = positionals
    const inspect = await inspectorOf(values)
    return await withRegistry(values, terminal, async registry => {
      const found = await find(registry, inspect, service, kid)
      if (values.json) terminal.write(`${JSON.stringify(found, undefined, 2)}\n`)
      else terminal.write(found.map(inspection => drawInspection(inspection, terminal)).join('\n'))
      if (found.length > 0) return OK
      terminal.say(errorLine(await absence(registry, service, kid)))
      return FAILED
    })
  },
}

async function find(
  registry: KeyRegistry,
  inspect: Inspector,
  service: string,
  kid: string | undefined,
): Promise<readonly Inspection[]> {
  if (kid === undefined) return await inspectAll(registry, inspect, service)
  const entry = await registry.find(service, kid)
  return entry === undefined ? [] : [await inspect(entry)]
}
