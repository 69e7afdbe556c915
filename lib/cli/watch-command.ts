import { readArguments } from './arguments.js'
import { type Command, OK } from './command.js'
import { type RegistryNews, RegistryObserver } from './registry-observer.js'
import {
  INSPECTOR_OPTIONS,
  INSPECTOR_USAGE,
  inspectorOf,
  REGISTRY_OPTIONS,
  REGISTRY_USAGE,
  withRegistry,
} from './registry-options.js'
import { printable, type Terminal } from './terminal.js'
import { absolute, describeTime } from './time.js'

const OPTIONS = { ...REGISTRY_OPTIONS, ...INSPECTOR_OPTIONS, json: { type: 'boolean' } } as const

/** `countersign registry watch` */
export const watchCommand: Command = {
  name: 'registry watch',
  summary: 'one line for each change, until you interrupt it',
  usage: `countersign registry watch [options]

${REGISTRY_USAGE}${INSPECTOR_USAGE}  --json                   JSON lines; times in seconds since the epoch
`,
  async run(words, terminal) {
    const { values } = readArguments(words, OPTIONS)
    const inspect = await inspectorOf(values)
    const draw = values.json
      ? (news: RegistryNews) => JSON.stringify(news)
      : (news: RegistryNews) => drawNews(news, terminal)
    return await withRegistry(values, terminal, async registry => {
      const observer = new RegistryObserver(registry, inspect, {
        tell: news => terminal.write(`${draw(news)}\n`),
        complain: reason => terminal.say(`countersign: ${reason}; trying again`),
      })
      const known = await observer.begin()
      terminal.say(`watching ${known === 1 ? '1 key' : `${known} keys`}`)
      await terminal.interrupted()
      observer.end()
      return OK
    })
  },
}

function drawNews({ change, key }: RegistryNews, { paint }: Terminal): string {
  const { service, kid, inspectedAt, expiresAt, problem, state } = key
  const until = expiresAt === undefined ? '' : `until ${describeTime(expiresAt, inspectedAt)}`
  const why = problem === undefined ? '' : `${problem.code}: ${problem.message}`
  const judged = state === 'valid' || state === change ? '' : state
  const text = [service, kid, judged, until, why].filter(Boolean).join('  ')
  return `${absolute(inspectedAt)}  ${paint(change === 'revoked' ? 'red' : 'green', change.padEnd(9))}  ${printable(text)}`
}
