import { OptionError } from 'countersign'
import type { RegistrySetup } from 'countersign/registry/etcd'
import { hintAmong } from '../nearest-name.js'
import { readArguments, type Values } from './arguments.js'
import { type Command, OK, UsageError } from './command.js'
import type { Engine } from './engine.js'
import { ENGINES, engineOf } from './engines.js'
import { makePasswords, readPasswords } from './passwords.js'
import { addressOf, REGISTRY_OPTIONS, REGISTRY_USAGE } from './registry-options.js'
import type { Terminal } from './terminal.js'

const OPTIONS = {
  ...REGISTRY_OPTIONS,
  services: { type: 'string' },
  apply: { type: 'boolean' },
  passwords: { type: 'string' },
  'new-passwords': { type: 'string' },
} as const

const NAMES = ENGINES.filter(({ setup }) => setup !== undefined).map(({ name }) => name)

/** `countersign registry setup` */
export const setupCommand: Command = {
  name: 'registry setup',
  summary: "what an engine must be told so that it keeps services out of each other's names",
  usage: `countersign registry setup <engine> --services cart,shop [options]
countersign registry setup <engine> --services cart,shop --apply --registry <address> --passwords passwords.json

Prints the statements that make an account for each service, in the engine's own language: ${NAMES.join(', ')}.
With --apply it does it over the operator's connection. Done again with one service more, it adds that one.

  --services <names>       with commas between them
  --apply                  do it, with the operator's account in --registry
  --passwords <file>       a JSON object of passwords by service, for its owner alone
  --new-passwords <file>   makes them, in a new file
${REGISTRY_USAGE}`,
  async run(words, terminal) {
    const { values, positionals } = readArguments(words, OPTIONS, [1, 1])
    const engine = engineNamed(positionals[0] ?? '')
    const services = servicesOf(values.services)
    if (values.apply) await apply(engine, services, values, terminal)
    else terminal.write((await prepare(engine, services, values, terminal)).statements)
    return OK
  },
}

async function apply(
  engine: Engine,
  services: readonly string[],
  values: Values<typeof OPTIONS>,
  terminal: Terminal,
): Promise<void> {
  const { passwords: file, 'new-passwords': newFile } = values
  if ((file === undefined) === (newFile === undefined)) {
    throw new UsageError('--apply wants either --passwords <file>, or --new-passwords <file>')
  }
  const setup = await prepare(engine, services, values, terminal)
  if (setup.apply === undefined) {
    throw new UsageError(`--apply wants the operator's account in --registry, such as ${engine.example}`)
  }
  const passwords = newFile ? await makePasswords(newFile, services) : await readPasswords(file ?? '')
  for (const password of Object.values(passwords)) terminal.conceal(password)
  try {
    await setup.apply(passwords)
  } catch (error) {
    throw error instanceof OptionError ? error : new Error(`${engine.name} was not set up`, { cause: error })
  }
  terminal.say(`${engine.name} is set up for ${services.join(', ')}`)
}

/** With the prefix or the like of `--registry`, where that is given; one that only the environment names may be of another engine. */
async function prepare(
  engine: Engine,
  services: readonly string[],
  values: Values<typeof OPTIONS>,
  terminal: Terminal,
): Promise<RegistrySetup> {
  const isNamed = values.registry !== undefined || values.apply === true
  const address = isNamed ? await addressOf(values, terminal) : undefined
  if (address !== undefined && engineOf(address) !== engine) {
    throw new UsageError(`--registry is an address of ${engineOf(address).name}, not of ${engine.name}`)
  }
  if (engine.setup === undefined) throw new UsageError(withoutSetup(engine))
  return await engine.setup(services, address)
}

function engineNamed(name: string): Engine {
  const engine = ENGINES.find(one => one.name === name)
  if (engine?.setup !== undefined) return engine
  if (engine !== undefined) throw new UsageError(withoutSetup(engine))
  throw new UsageError(`no engine is called \`${name}\`; ${hintAmong(name, NAMES)}`)
}

function withoutSetup({ name }: Engine): string {
  return name === 'file'
    ? '`file` has no statements: give each folder <directory>/<service> to the user that the service runs as'
    : `\`${name}\` has no statements: whoever serves a service's URL is that service`
}

function servicesOf(text: string | undefined): readonly string[] {
  const names = (text ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
  if (names.length === 0) throw new UsageError('which services? --services cart,shop')
  return [...new Set(names)]
}
