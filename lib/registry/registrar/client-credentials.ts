import { inspect } from 'node:util'
import { OptionError } from '../../errors.js'
import { type BroughtKey, importSigningKey } from '../../jws/signing-key.js'
import { parseStrictJson } from '../../jws/strict-json.js'
import { MAX_TOKEN_ANSWER_BYTES, TOKEN_MARGIN_SECONDS, TOKEN_SECONDS } from '../../limits/registrars.js'
import type { JsonObject } from '../../model/json.js'
import { checkOptions } from '../../options.js'
import { signAssertion } from './assertion-credentials.js'
import type { CredentialContext, RegistrarCredentials } from './registrar-registry-options.js'
import { checkPrivateUrl } from './registrar-url.js'
import type { Wire, WireAnswer } from './wire.js'

/** Who a service is at an authorization server, and which tokens it asks for. */
export interface ClientCredentialOptions {
  /** An https URL, or http on a loopback host. Redirects are not followed. */
  readonly tokenEndpoint: string
  readonly clientId: string
  /** Sent as HTTP Basic (`client_secret_basic`). Either this or `clientKey`. */
  readonly clientSecret?: string | undefined
  /** A private key that signs client assertions (`private_key_jwt`). For this alone: never the `key` of a service. */
  readonly clientKey?: BroughtKey | undefined
  /** What the authorization server calls that key. */
  readonly clientKid?: string | undefined
  /** The authorization server, as its own assertions have to name it; the token endpoint if absent. */
  readonly issuer?: string | undefined
  /** What the authorization server calls the registrar (RFC 8707). */
  readonly resource?: string | undefined
  /** The same for authorization servers that want an `audience`. */
  readonly audience?: string | undefined
  readonly scope?: string | undefined
}

const WHAT = 'clientCredentials'
const TEXTS = ['clientId', 'clientSecret', 'clientKid', 'issuer', 'resource', 'audience', 'scope'] as const
const OPTIONS = ['tokenEndpoint', 'clientKey', ...TEXTS] as const
const TOKEN = /^[A-Za-z0-9_.~+/=-]+$/
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Proves a service by access tokens that it gets by client credentials (RFC 6749, section 4.4), each until shortly before its end. Throws ERR_OPTION. */
export function clientCredentials(options: ClientCredentialOptions): RegistrarCredentials {
  checkOptions(WHAT, options, OPTIONS)
  const { tokenEndpoint, clientId, clientSecret, clientKey } = options
  for (const name of TEXTS) {
    const value = options[name]
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw new OptionError(`${WHAT}: \`${name}\` must be a text that is not empty`)
    }
  }
  if (clientId === undefined) throw new OptionError(`${WHAT}: \`clientId\` is missing`)
  if ((clientSecret === undefined) === (clientKey === undefined)) {
    throw new OptionError(`${WHAT}: give either \`clientSecret\` or \`clientKey\``)
  }
  return new ClientCredentials(checkPrivateUrl(`${WHAT}: \`tokenEndpoint\``, tokenEndpoint), { ...options })
}

class ClientCredentials implements RegistrarCredentials {
  readonly #endpoint: URL
  readonly #options: ClientCredentialOptions
  #token: { readonly text: string; readonly until: number } | undefined
  #asking: Promise<string> | undefined

  constructor(endpoint: URL, options: ClientCredentialOptions) {
    this.#endpoint = endpoint
    this.#options = options
  }

  async authorize({ wire }: CredentialContext): Promise<string> {
    const isFresh = this.#token !== undefined && performance.now() / 1000 < this.#token.until
    if (isFresh) return `Bearer ${this.#token?.text}`
    this.#asking ??= this.#ask(wire).finally(() => {
      this.#asking = undefined
    })
    return `Bearer ${await this.#asking}`
  }

  /** What a log shows of credentials. */
  [inspect.custom](): string {
    return `ClientCredentials { tokenEndpoint: '${this.#endpoint.origin}' }`
  }

  async #ask(wire: Wire): Promise<string> {
    const askedAt = performance.now() / 1000
    const answer = await wire.ask({
      method: 'POST',
      url: this.#endpoint,
      headers: async () => this.#headers(),
      body: (await this.#form()).toString(),
      maxBytes: MAX_TOKEN_ANSWER_BYTES,
    })
    const { text, seconds } = readToken(answer)
    this.#token = { text, until: askedAt + Math.max(0, seconds - TOKEN_MARGIN_SECONDS) }
    return text
  }

  #headers(): Record<string, string> {
    const { clientId, clientSecret } = this.#options
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
    if (clientSecret === undefined) return headers
    // RFC 6749, section 2.3.1: each half is encoded as in a form.
    const pair = [clientId, clientSecret].map(half => new URLSearchParams({ half }).toString().slice('half='.length))
    return { ...headers, authorization: `Basic ${Buffer.from(pair.join(':')).toString('base64')}` }
  }

  async #form(): Promise<URLSearchParams> {
    const { clientId, clientKey, clientKid, resource, audience, scope } = this.#options
    const issuer = this.#options.issuer ?? this.#endpoint.href
    const terms = { client: clientId, audience: issuer, kid: clientKid }
    const proof = clientKey && {
      client_id: clientId,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await signAssertion(await importSigningKey(clientKey), terms),
    }
    return new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope && { scope }),
      ...(resource && { resource }),
      ...(audience && { audience }),
      ...proof,
    })
  }
}

/** Of what an authorization server says, only its status goes on: it may quote what was sent. */
function readToken({ status, bytes }: WireAnswer): { readonly text: string; readonly seconds: number } {
  const answer = status === 200 ? readJson(bytes) : undefined
  if (answer === undefined) throw new Error(`the authorization server answered ${status} instead of a token`)
  const { access_token: text, token_type: type, expires_in: seconds = TOKEN_SECONDS } = answer
  if (typeof text !== 'string' || !TOKEN.test(text)) throw new Error('the authorization server gave no token')
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    throw new Error('the authorization server gave a token of another type than Bearer')
  }
  return { text, seconds: typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : 0 }
}

function readJson(bytes: Buffer): JsonObject | undefined {
  try {
    return parseStrictJson(bytes)
  } catch {
    return undefined
  }
}
