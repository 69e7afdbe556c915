import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import { readBoundedBytes } from '../../bounded-bytes.js'
import { OptionError } from '../../errors.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../../limits/keys.js'
import { MAX_REGISTRAR_CLIENT_CONNECTIONS } from '../../limits/registrars.js'
import { checkOptions } from '../../options.js'

/** How a client makes its connections, and what it shows there. All in PEM. */
export interface ClientTls {
  /** The authorities whose certificates of servers it takes; the platform's own if absent. */
  readonly ca?: string | Buffer | undefined
  /** The certificate of the client, with its private `key`: for a registrar that authenticates by certificates. */
  readonly cert?: string | Buffer | undefined
  readonly key?: string | Buffer | undefined
}

/** A question over HTTP. */
export interface WireQuestion {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly url: URL
  /** Made for each attempt: a credential is good once. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly body?: string | undefined
  readonly maxBytes: number
}

/** What came back, whatever it says. */
export interface WireAnswer {
  readonly status: number
  readonly contentType: string
  readonly bytes: Buffer
}

/** Checks the option `tls`: there is none that switches off checking a certificate. Throws ERR_OPTION. */
export function checkClientTls(what: string, tls: ClientTls | undefined): ClientTls {
  const { ca, cert, key } = checkOptions(`${what}: \`tls\``, tls ?? {}, ['ca', 'cert', 'key'])
  if (![ca, cert, key].every(value => value === undefined || isPem(value))) {
    throw new OptionError(`${what}: \`tls\` must have texts in PEM`)
  }
  if ((cert === undefined) !== (key === undefined))
    throw new OptionError(`${what}: \`tls\` needs both \`cert\` and \`key\``)
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** Asks over HTTP, without following redirects, with a deadline and a bound for every answer. Only a question under way keeps the process alive. */
export class Wire {
  readonly #plain = new Agent({ keepAlive: true, maxSockets: MAX_REGISTRAR_CLIENT_CONNECTIONS })
  readonly #secure: TlsAgent

  constructor(tls: ClientTls) {
    this.#secure = new TlsAgent({
      keepAlive: true,
      maxSockets: MAX_REGISTRAR_CLIENT_CONNECTIONS,
      minVersion: 'TLSv1.2',
      ...tls,
    })
  }

  /** A connection that was idle may have ended meanwhile: then, and only then, it is asked a second time. */
  async ask(question: WireQuestion): Promise<WireAnswer> {
    const signal = AbortSignal.timeout(REGISTRY_TIMEOUT_SECONDS * 1000)
    const first = await this.#send(question, signal)
    const { response } = first === 'connection lost' ? await this.#sendAgain(question, signal) : first
    return await readAnswer(response, question.maxBytes)
  }

  /** Opens a stream that ends when the caller destroys it. Does not keep the process alive. */
  async open(question: Omit<WireQuestion, 'maxBytes'>): Promise<IncomingMessage> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(new Error('no answer in time')), REGISTRY_TIMEOUT_SECONDS * 1000)
    try {
      const { response } = await this.#sendAgain(question, abort.signal)
      response.socket.unref()
      return response
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }

  async #sendAgain(question: Omit<WireQuestion, 'maxBytes'>, signal: AbortSignal): Promise<Sent> {
    const sent = await this.#send(question, signal)
    if (sent === 'connection lost') throw new Error('the connection was lost')
    return sent
  }

  async #send(
    { method, url, headers, body }: Omit<WireQuestion, 'maxBytes'>,
    signal: AbortSignal,
  ): Promise<Sent | 'connection lost'> {
    const options = {
      method,
      signal,
      headers: { ...(await headers()), ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
    }
    const request: ClientRequest =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent: this.#secure })
        : requestHttp(url, { ...options, agent: this.#plain })
    return await new Promise((resolve, reject) => {
      request.once('response', response => resolve({ response }))
      request.on('error', error => {
        if (request.reusedSocket && Reflect.get(error, 'code') === 'ECONNRESET') resolve('connection lost')
        else reject(signal.aborted ? new Error(`no answer within ${REGISTRY_TIMEOUT_SECONDS} s`) : error)
      })
      request.end(body)
    })
  }
}

interface Sent {
  readonly response: IncomingMessage
}

async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<WireAnswer> {
  const bytes = await readBoundedBytes(response, { what: 'the answer', maxBytes })
  const [contentType = ''] = (response.headers['content-type'] ?? '').split(';')
  return {
    status: response.statusCode ?? 0,
    contentType: contentType.trim().toLowerCase(),
    bytes,
  }
}

function isPem(value: unknown): boolean {
  return (typeof value === 'string' || Buffer.isBuffer(value)) && value.includes('-----BEGIN')
}
