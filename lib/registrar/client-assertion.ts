import { calculateJwkThumbprint, type JWK } from 'jose'
import { KeyInvalid, OptionError } from '../errors.js'
import { type IssuerKey, readIssuerKey } from '../initial-token/issuer-key.js'
import { MAX_MAPPED_CREDENTIALS } from '../limits/registrars.js'
import { isServiceName } from '../model/names.js'
import { checkObject, checkOptions } from '../options.js'
import type { ReplayStore } from '../replay/replay-store.js'
import { type AssertionKey, verifyAssertion } from './assertion.js'
import type { Authenticator } from './authenticator.js'
import { checkReplayStore } from './used-once.js'

/** Who authenticates with a key of his own, and where his assertions are remembered. */
export interface ClientAssertionOptions {
  /**
   * For each service the public half of its key, as a JWK, or a list of them while one is replaced by another. The key is for this alone:
   * never the one that signs hops.
   */
  readonly clients: Readonly<Record<string, object | readonly object[]>>
  /** Remembers assertions, so that each is accepted once: one that several registrars share, or a memory for a single one. */
  readonly replay: ReplayStore
}

const WHAT = 'clientAssertion'
const NOBODY: readonly AssertionKey[] = []

/** Authenticates services by assertions that they sign themselves (`private_key_jwt`, RFC 7523). Throws ERR_OPTION. */
export async function clientAssertion(options: ClientAssertionOptions): Promise<Authenticator> {
  const { clients, replay } = checkOptions(WHAT, options, ['clients', 'replay'])
  checkReplayStore(WHAT, replay)
  const keys = await readClients(clients)
  return Object.freeze<Authenticator>({
    kind: 'assertion',
    async authenticate({ scheme, credential, audience, now }) {
      if (scheme !== 'assertion' || credential.includes('~')) return undefined
      const rules = { keysOf: (client: string) => keys.get(client) ?? NOBODY, audience, replay, now }
      const { client, thumbprint } = await verifyAssertion(credential, rules)
      return { kind: 'assertion', service: client, client, thumbprint }
    },
  })
}

async function readClients(clients: ClientAssertionOptions['clients']): Promise<Map<string, readonly AssertionKey[]>> {
  const entries = Object.entries(checkObject(`${WHAT}: \`clients\``, clients))
  if (entries.length > MAX_MAPPED_CREDENTIALS) {
    throw new OptionError(`${WHAT}: \`clients\` has more than ${MAX_MAPPED_CREDENTIALS} members`)
  }
  const read = new Map<string, readonly AssertionKey[]>()
  const owners = new Map<string, string>()
  for (const [service, given] of entries) {
    const what = `${WHAT}: \`clients.${service}\``
    if (!isServiceName(service)) throw new OptionError(`${what}: not a service name`)
    const list: readonly unknown[] = Array.isArray(given) ? given : [given]
    if (list.length === 0) throw new OptionError(`${what}: expected a public JWK, or a list of them`)
    const keys = await Promise.all(list.map(jwk => readKey(what, jwk)))
    for (const { thumbprint } of keys) {
      const owner = owners.get(thumbprint)
      if (owner !== undefined) throw new OptionError(`${what}: a key that is listed for \`${owner}\` already`)
      owners.set(thumbprint, service)
    }
    read.set(service, keys)
  }
  return read
}

async function readKey(what: string, jwk: unknown): Promise<AssertionKey> {
  const key = readPublicKey(what, jwk)
  const thumbprint = await calculateJwkThumbprint(key.key.export({ format: 'jwk' }) as JWK)
  return { ...key, kids: key.kid === undefined ? [thumbprint] : [thumbprint, key.kid], thumbprint }
}

function readPublicKey(what: string, jwk: unknown): IssuerKey {
  try {
    const key = readIssuerKey(jwk)
    if (key !== undefined) return key
  } catch (error) {
    if (error instanceof KeyInvalid) throw new OptionError(`${what}: ${error.message}`)
    throw error
  }
  throw new OptionError(`${what}: a key that does not verify signatures`)
}
