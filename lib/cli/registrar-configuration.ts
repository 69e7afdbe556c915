import { readFile } from 'node:fs/promises'
import {
  type BroughtKey,
  jwtIssuer,
  type KeyRegistry,
  MemoryReplayStore,
  type PublicJwk,
  type ReplayStore,
} from 'countersign'
import {
  type Authenticator,
  accessToken,
  clientAssertion,
  clientCertificate,
  enrolment,
  type RegistrarOptions,
} from 'countersign/registrar'
import { UsageError } from './command.js'
import { engineOf } from './engines.js'
import { readJsonFile, readSecretFile } from './json-file.js'
import { ConfigurationSection } from './registrar-section.js'
import { addressOf } from './registry-options.js'
import type { Terminal } from './terminal.js'

/** What a configuration file describes, and what has to be closed in the end. */
export interface RegistrarSetup {
  readonly options: Omit<RegistrarOptions, 'log'>
  close(): Promise<void>
}

/** What ends what was opened. */
type Closing = (() => Promise<void>)[]

/** Reads the configuration of a registrar. Secrets stand in files of their own, which only their owner may read. Throws UsageError. */
export async function readRegistrarConfiguration(file: string, terminal: Terminal): Promise<RegistrarSetup> {
  const whole = ConfigurationSection.parse(file, await readText(file))
  const [listen, authenticate, registry] = [
    whole.section('listen'),
    whole.section('authenticate'),
    whole.section('registry'),
  ]
  const [replay, delegation, limits] = [
    whole.sectionIf('replay'),
    whole.sectionIf('delegation'),
    whole.sectionIf('limits'),
  ]
  const [url, keyFile] = [whole.textIf('url'), whole.fileAt('key-file')]
  whole.end()
  const closing: Closing = []
  const close = async () => {
    for (const end of closing) await end()
  }
  try {
    const options = {
      url,
      listen: await readListen(listen),
      key: await readPrivateKey(keyFile),
      delegation: await readDelegation(delegation),
      limits: readLimits(limits),
      authenticate: await readAuthenticators(authenticate, await openReplayStore(replay, terminal, closing)),
      registry: await openRegistry(registry, terminal, closing),
    }
    return { options, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openRegistry(section: ConfigurationSection, terminal: Terminal, closing: Closing): Promise<KeyRegistry> {
  const text = section.text('address')
  const password = section.has('password-file') ? section.fileAt('password-file') : undefined
  const tls = section.flagIf('tls')
  section.end()
  const address = await addressOf({ registry: text, 'password-file': password, tls }, terminal)
  const registry = await engineOf(address).open(address)
  closing.push(() => registry.close())
  return registry
}

/** Without this section there is one registrar, whose memory remembers what was used. */
async function openReplayStore(
  section: ConfigurationSection | undefined,
  terminal: Terminal,
  closing: Closing,
): Promise<ReplayStore> {
  if (section === undefined) return new MemoryReplayStore()
  const url = section.text('redis')
  const password = section.has('password-file')
    ? (await readSecretFile(section.fileAt('password-file'))).trimEnd()
    : undefined
  section.end()
  if (password !== undefined) terminal.conceal(password)
  const { createClient } = await import('redis')
  const { RedisReplayStore } = await import('countersign/replay/redis')
  const client = createClient({ url, disableOfflineQueue: true, ...(password !== undefined && { password }) })
  client.on('error', () => terminal.say('countersign: the replay store does not answer; trying again'))
  closing.push(async () => client.destroy())
  await client.connect()
  const store = new RedisReplayStore({ client })
  await store.prepare()
  return store
}

async function readListen(section: ConfigurationSection): Promise<RegistrarOptions['listen']> {
  const listen = { host: section.textIf('host'), port: section.integer('port') }
  const tls = section.sectionIf('tls')
  section.end()
  if (tls === undefined) return listen
  const key = await readSecretFile(tls.fileAt('key-file'))
  const cert = await readText(tls.fileAt('cert-file'))
  const ca = tls.has('client-ca-file') ? await readText(tls.fileAt('client-ca-file')) : undefined
  tls.end()
  return { ...listen, tls: { key, cert, ca } }
}

async function readDelegation(section: ConfigurationSection | undefined): Promise<RegistrarOptions['delegation']> {
  if (section === undefined) return undefined
  const delegation = {
    root: await readJsonFile<PublicJwk>(section.fileAt('root-file')),
    file: section.fileAt('file'),
  }
  section.end()
  return delegation
}

function readLimits(section: ConfigurationSection | undefined): RegistrarOptions['limits'] {
  const limits = {
    addressRequestsPerMinute: section?.integerIf('address-requests-per-minute'),
    serviceWritesPerMinute: section?.integerIf('service-writes-per-minute'),
    delegationMarginSeconds: section?.integerIf('delegation-margin-seconds'),
  }
  section?.end()
  return limits
}

async function readAuthenticators(
  section: ConfigurationSection,
  replay: ReplayStore,
): Promise<readonly Authenticator[]> {
  const assertions = section.sectionIf('client-assertion')
  const tokens = section.sectionIf('access-token')
  const certificates = section.sectionIf('client-certificate')
  const enrolments = section.sectionIf('enrolment')
  section.end()
  const found = await Promise.all([
    assertions && readClientAssertion(assertions, replay),
    tokens && readAccessToken(tokens),
    certificates && readClientCertificate(certificates),
    enrolments && readEnrolment(enrolments, replay),
  ])
  return found.filter(authenticator => authenticator !== undefined)
}

async function readClientAssertion(section: ConfigurationSection, replay: ReplayStore): Promise<Authenticator> {
  const files = Object.entries(section.map('key-files'))
  section.end()
  const keys = await Promise.all(
    files.map(async ([service, file]) => [service, await readKeys(section.resolve(file))] as const),
  )
  return await clientAssertion({ clients: Object.fromEntries(keys), replay })
}

/** A public JWK, or a set of them. */
async function readKeys(file: string): Promise<readonly object[]> {
  const content = await readJsonFile<{ readonly keys?: unknown }>(file)
  const keys = Array.isArray(content?.keys) ? content.keys : [content]
  if (keys.every(key => typeof key === 'object' && key !== null)) return keys
  throw new UsageError(`\`${file}\` must be a public JWK, or a set of them`)
}

function readAccessToken(section: ConfigurationSection): Authenticator {
  const issuer = jwtIssuer({
    issuer: section.text('issuer'),
    jwksUri: section.text('jwks-uri'),
    audience: section.text('audience'),
    algorithms: section.texts('algorithms') as Parameters<typeof jwtIssuer>[0]['algorithms'],
  })
  const options = {
    issuer,
    claim: section.textIf('claim') as 'client_id' | undefined,
    services: section.mapIf('services'),
    userTokens: section.textIf('user-tokens') as 'refuse' | undefined,
  }
  section.end()
  return accessToken(options)
}

function readClientCertificate(section: ConfigurationSection): Authenticator {
  const services = section.map('services')
  section.end()
  return clientCertificate({ services })
}

async function readEnrolment(section: ConfigurationSection, replay: ReplayStore): Promise<Authenticator> {
  const files = section.texts('operator-files').map(file => section.resolve(file))
  const options = {
    operators: await Promise.all(files.map(file => readJsonFile<PublicJwk>(file))),
    key: await readPrivateKey(section.fileAt('key-file')),
    replay,
    seconds: section.integerIf('seconds'),
    revoked: section.textsIf('revoked'),
  }
  section.end()
  return await enrolment(options)
}

/** A private JWK in a file that only its owner may read. */
export async function readPrivateKey(file: string): Promise<BroughtKey> {
  const text = await readSecretFile(file)
  try {
    const key: unknown = JSON.parse(text)
    if (typeof key === 'object' && key !== null) return key as BroughtKey
  } catch {
    // JSON.parse quotes what it was given.
  }
  throw new UsageError(`\`${file}\` must be a private JWK`)
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new UsageError(`\`${file}\` cannot be read (${code})`)
  }
}
