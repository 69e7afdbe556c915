import { type CountersignError, IssuerUnavailable, OptionError } from '../errors.js'
import { AnswerUnusable, type IssuerRequest, type IssuerResponse, readAnswer } from '../initial-token/issuer-answer.js'
import { readIssuerUrl } from '../initial-token/issuer-url.js'
import { ISSUER_TIMEOUT_SECONDS, MAX_ISSUER_ANSWER_BYTES, MAX_ISSUER_TIMEOUT_SECONDS } from '../limits/tokens.js'
import { type OAuthClient, type OAuthClientOption, readClient } from './oauth-client.js'

/** What a request to an authorization server is sent with. */
export interface OAuthRequest extends IssuerRequest {
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The part of a fetch response that matters here; a WHATWG Response has it, and node-fetch's. */
export interface OAuthResponse extends IssuerResponse {
  readonly headers: { get(name: string): string | null }
}

/** Asks an authorization server: the platform's fetch, node-fetch or a test double. Must not follow redirects. */
export type OAuthFetch = (url: string, request: OAuthRequest) => Promise<OAuthResponse>

/** An endpoint of an authorization server, and who asks there. */
export interface EndpointOptions {
  /** The authorization server: what its tokens call `iss`. */
  readonly issuer: string
  /** Where it is asked: an https URL, or http on a loopback host. Redirects are not followed. */
  readonly endpoint: string
  /** Who asks. */
  readonly client: OAuthClientOption
  /** How long an answer may take: above 0, at most 60, default 5. */
  readonly timeoutSeconds?: number | undefined
  /** Asks instead of the platform's fetch. Must not follow redirects. */
  readonly fetch?: OAuthFetch | undefined
}

/** The names of all of them. */
export const ENDPOINT_OPTIONS = ['issuer', 'endpoint', 'client', 'timeoutSeconds', 'fetch'] as const

/** What an authorization server answered: nothing of it is trusted yet. */
export interface Answer {
  readonly status: number
  /** Without parameters, in lower case. */
  readonly contentType: string
  readonly cacheControl: string
  readonly bytes: Buffer
}

// RFC 6749, section 5.2: what a client did wrong is 400 or 401; 403 is what some servers say instead.
const ANSWERS = new Set([200, 400, 401, 403])

/** Asks one endpoint as one client. */
export class Endpoint {
  readonly issuer: string
  readonly client: OAuthClient
  readonly #url: string
  readonly #timeoutSeconds: number
  readonly #fetch: OAuthFetch

  constructor(what: string, { issuer, endpoint, client, timeoutSeconds, fetch = globalThis.fetch }: EndpointOptions) {
    if (typeof issuer !== 'string' || issuer === '') {
      throw new OptionError(`${what}: \`issuer\` must be a text that is not empty`)
    }
    if (typeof fetch !== 'function') throw new OptionError(`${what}: \`fetch\` must be a function`)
    this.issuer = issuer
    this.client = readClient(what, client)
    this.#url = readIssuerUrl(`${what}: \`endpoint\``, endpoint)
    this.#timeoutSeconds = readTimeout(what, timeoutSeconds)
    this.#fetch = fetch
  }

  /** Posts a form, authenticated. Throws ERR_ISSUER_UNAVAILABLE where there is no answer that could be judged. */
  async post(form: Readonly<Record<string, string>>, accept: string): Promise<Answer> {
    const bounds = { what: 'answer', maxBytes: MAX_ISSUER_ANSWER_BYTES, timeoutSeconds: this.#timeoutSeconds }
    try {
      const sent = await this.#prepare(form, accept)
      const send = (request: IssuerRequest) => this.#fetch(this.#url, { ...request, ...sent })
      const { response, bytes } = await readAnswer(send, bounds, status => ANSWERS.has(status))
      const [contentType = ''] = (response.headers.get('content-type') ?? '').split(';')
      const cacheControl = response.headers.get('cache-control') ?? ''
      return { status: response.status, contentType: contentType.trim().toLowerCase(), cacheControl, bytes }
    } catch (error) {
      throw unavailable(error)
    }
  }

  async #prepare(form: Readonly<Record<string, string>>, accept: string) {
    const body = new URLSearchParams(form)
    const headers = new Headers({ accept })
    await this.client.authenticate(this.issuer, body, headers)
    headers.set('content-type', 'application/x-www-form-urlencoded')
    return { method: 'POST', headers: Object.fromEntries(headers), body: body.toString() } as const
  }
}

/** Of a foreign error only its name goes on: it may quote what was sent. */
function unavailable(error: unknown): CountersignError {
  const why = error instanceof AnswerUnusable ? error.message : undefined
  const message = 'the authorization server cannot be asked'
  if (why !== undefined) return new IssuerUnavailable(`${message}: ${why}`)
  return new IssuerUnavailable(message, { cause: error instanceof Error ? error.name : 'unknown' })
}

function readTimeout(what: string, seconds: number = ISSUER_TIMEOUT_SECONDS): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= MAX_ISSUER_TIMEOUT_SECONDS) return seconds
  throw new OptionError(`${what}: \`timeoutSeconds\` must be above 0 and at most ${MAX_ISSUER_TIMEOUT_SECONDS}`)
}
