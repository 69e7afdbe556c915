import type { KeyRegistry } from 'countersign'
import type { Inspection, Inspector } from 'countersign/registry/inspection'
import { nearestName } from '../nearest-name.js'
import { readArguments } from './arguments.js'
import { type Command, FAILED, OK } from './command.js'
import { drawInspection } from './inspection-text.js'
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
      terminal.say(`countersign: error: ${await absence(registry, service, kid)}`)
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

/** What is not there, and what was perhaps meant. */
export async function absence(registry: KeyRegistry, service: string, kid?: string): Promise<string> {
  const entries = await registry.list()
  const services = [...new Set(entries.map(entry => entry.service))]
  if (services.includes(service))
    return `\`${service}\` has no key \`${kid}\`; registry list ${service} shows those it has`
  const nearest = nearestName(service, services)
  return `the registry has no key of \`${service}\`${nearest === undefined ? '' : `; did you mean \`${nearest}\`?`}`
}
