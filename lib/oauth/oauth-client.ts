import { createPrivateKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose'
import { type ClientAuth, ClientSecretBasic, PrivateKeyJwt } from 'oauth4webapi'
import { OptionError } from '../errors.js'
import { checkOptions } from '../options.js'

/** The algorithms of client assertions and actor tokens. */
export type ClientAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'Ed25519' | 'PS256' | 'RS256'

/** Who a service is at an authorization server, and how it proves that. */
export interface OAuthClientOption {
  readonly id: string
  /** Sent as HTTP Basic (`client_secret_basic`). */
  readonly secret?: string | undefined
  /**
   * A private key that signs client assertions (`private_key_jwt`, RFC 7523) where neither `secret` nor `authentication` is given, and
   * actor tokens. For that alone: never the key of a service (invariant 23).
   */
  readonly key?: KeyObject | JsonWebKey | undefined
  /** What the authorization server calls the key. */
  readonly kid?: string | undefined
  /** Of an RSA key: `PS256` if absent. Other keys have their own. */
  readonly algorithm?: 'PS256' | 'RS256' | undefined
  /** Any other way that oauth4webapi has, such as `ClientSecretPost(secret)` or `TlsClientAuth()`. */
  readonly authentication?: ClientAuth | undefined
}

/** A client that can be authenticated. */
export interface OAuthClient {
  readonly id: string
  /** Puts what proves the client into a request to an authorization server. */
  authenticate(issuer: string, body: URLSearchParams, headers: Headers): Promise<void>
  /** Signs claims with the client's own key; undefined for a client without one. */
  readonly sign: ((claims: Readonly<Record<string, unknown>>) => Promise<string>) | undefined
}

/** A private key as oauth4webapi and jose take it. */
interface ClientKey {
  readonly algorithm: ClientAlgorithm
  readonly kid: string | undefined
  readonly imported: () => Promise<CryptoKey>
}

const OPTIONS = ['id', 'secret', 'key', 'kid', 'algorithm', 'authentication'] as const
const CURVES = new Map<unknown, ClientAlgorithm>([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
])

/** Reads the option `client`. Throws ERR_OPTION. */
export function readClient(what: string, option: OAuthClientOption): OAuthClient {
  const { id, secret, key, kid, algorithm, authentication } = checkOptions(`${what}: \`client\``, option, OPTIONS)
  if (!isText(id)) throw new OptionError(`${what}: \`client.id\` must be a text that is not empty`)
  if (secret !== undefined && !isText(secret)) throw new OptionError(`${what}: \`client.secret\` must be a text`)
  if (kid !== undefined && !isText(kid)) throw new OptionError(`${what}: \`client.kid\` must be a text`)
  if (authentication !== undefined && typeof authentication !== 'function') {
    throw new OptionError(`${what}: \`client.authentication\` must be a function of oauth4webapi`)
  }
  if (secret !== undefined && authentication !== undefined) {
    throw new OptionError(`${what}: give either \`client.secret\` or \`client.authentication\``)
  }
  if (key === undefined && (kid !== undefined || algorithm !== undefined)) {
    throw new OptionError(`${what}: \`client.kid\` and \`client.algorithm\` are of a \`key\``)
  }
  const ownKey = key === undefined ? undefined : readKey(what, key, kid, algorithm)
  const prove = authentication ?? (secret === undefined ? ownKey && proveWith(ownKey) : ClientSecretBasic(secret))
  if (prove === undefined) {
    throw new OptionError(`${what}: \`client\` needs a \`secret\`, a \`key\` or an \`authentication\``)
  }
  return Object.freeze<OAuthClient>({
    id,
    authenticate: async (issuer, body, headers) => await prove({ issuer }, { client_id: id }, body, headers),
    sign: ownKey && (claims => sign(ownKey, claims)),
  })
}

function proveWith({ kid, imported }: ClientKey): ClientAuth {
  return async (...request) => {
    const key = await imported()
    await PrivateKeyJwt(kid === undefined ? key : { key, kid })(...request)
  }
}

function readKey(
  what: string,
  key: KeyObject | JsonWebKey,
  kid: string | undefined,
  rsaAlgorithm: OAuthClientOption['algorithm'],
): ClientKey {
  const privateKey = toPrivateKey(what, key)
  const algorithm = algorithmOf(privateKey, rsaAlgorithm)
  if (algorithm === undefined) {
    throw new OptionError(
      `${what}: \`client.key\` must be of P-256, P-384, P-521, Ed25519 or RSA, and \`algorithm\` its own`,
    )
  }
  let imported: Promise<CryptoKey> | undefined
  const importOnce = () => {
    imported ??= importJWK(privateKey.export({ format: 'jwk' }) as JWK, algorithm) as Promise<CryptoKey>
    return imported
  }
  return { algorithm, kid, imported: importOnce }
}

function toPrivateKey(what: string, key: KeyObject | JsonWebKey): KeyObject {
  try {
    const privateKey = key instanceof KeyObject ? key : createPrivateKey({ format: 'jwk', key: { ...key } })
    if (privateKey.type === 'private') return privateKey
  } catch {
    // OpenSSL's message may quote what it was given.
  }
  throw new OptionError(`${what}: \`client.key\` must be a private key`)
}

function algorithmOf(key: KeyObject, rsaAlgorithm: OAuthClientOption['algorithm']): ClientAlgorithm | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa')
    return [undefined, 'PS256', 'RS256'].includes(rsaAlgorithm) ? (rsaAlgorithm ?? 'PS256') : undefined
  if (rsaAlgorithm !== undefined) return undefined
  return type === 'ed25519' ? 'Ed25519' : CURVES.get(details?.namedCurve)
}

async function sign(
  { algorithm, kid, imported }: ClientKey,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const header = { alg: algorithm, typ: 'JWT', ...(kid !== undefined && { kid }) }
  return await new SignJWT({ ...claims }).setProtectedHeader(header).sign(await imported())
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
