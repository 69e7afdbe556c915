import { CountersignError, type KeyRegistry, OptionError, type PublicJwk } from 'countersign'
import { type Inspector, makeInspector } from 'countersign/registry/inspection'
import { UsageError } from './command.js'
import { engineOf } from './engines.js'
import { readJsonFile, readSecretFile } from './json-file.js'
import { parseAddress, type RegistryAddress } from './registry-address.js'
import type { Terminal } from './terminal.js'

/** The options that say which registry. */
export const REGISTRY_OPTIONS = {
  registry: { type: 'string' },
  'password-file': { type: 'string' },
  tls: { type: 'boolean' },
} as const

/** The option that says who certifies. */
export const INSPECTOR_OPTIONS = { registrars: { type: 'string' } } as const

export const REGISTRY_USAGE = `  --registry <address>     file:./registry, etcd://user@host:2379/prefix/, postgres://, redis://, zookeeper://, nats://
                           or jwks:config.json; COUNTERSIGN_REGISTRY if absent
  --password-file <file>   holds the password, for its owner alone; or set COUNTERSIGN_REGISTRY_PASSWORD.
                           COUNTERSIGN_REGISTRY_USER if the address names no user
  --tls                    over TLS, also where the address begins with neither etcds:// nor rediss://
`

export const INSPECTOR_USAGE = `  --registrars <file>      JSON list of public JWKs: what none of them certified is refused, as a service that pins them does
`

interface RegistryValues {
  readonly registry?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly tls?: boolean | undefined
}

/** Works with the registry that the options name, and closes it. */
export async function withRegistry<T>(
  values: RegistryValues,
  terminal: Terminal,
  work: (registry: KeyRegistry) => Promise<T>,
): Promise<T> {
  const address = await addressOf(values, terminal)
  const engine = engineOf(address)
  const registry = await engine.open(address)
  try {
    return await work(registry)
  } catch (error) {
    throw isPlain(error) ? error : new Error(`the registry cannot answer (${engine.name})`, { cause: error })
  } finally {
    await registry.close()
  }
}

/** The address that the options name, with the account. From here on its password is not said. */
export async function addressOf(values: RegistryValues, terminal: Terminal): Promise<RegistryAddress> {
  const { environment } = terminal
  const text = values.registry ?? environment.COUNTERSIGN_REGISTRY
  if (text === undefined || text === '')
    throw new UsageError('which registry? --registry <address>, or set COUNTERSIGN_REGISTRY')
  const address = parseAddress(text)
  const password = await passwordOf(address, values['password-file'], terminal)
  if (password !== undefined) terminal.conceal(password)
  const user = address.user ?? (environment.COUNTERSIGN_REGISTRY_USER || undefined)
  return { ...address, user, password, isSecured: values.tls === true }
}

async function passwordOf(
  address: RegistryAddress,
  file: string | undefined,
  { environment }: Terminal,
): Promise<string | undefined> {
  if (file !== undefined) return (await readSecretFile(file)).replace(/\r?\n$/, '')
  return address.password ?? (environment.COUNTERSIGN_REGISTRY_PASSWORD || undefined)
}

/** Judges with the registrars that the options pin. */
export async function inspectorOf({ registrars }: { readonly registrars?: string | undefined }): Promise<Inspector> {
  if (registrars === undefined) return await makeInspector()
  return await makeInspector({ registrars: await readJsonFile<readonly PublicJwk[]>(registrars) })
}

/** Whether an error says by itself what is wrong. All else is what an engine says, or the way to it. */
function isPlain(error: unknown): boolean {
  return [UsageError, OptionError, CountersignError].some(family => error instanceof family)
}
