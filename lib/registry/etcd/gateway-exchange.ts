import { MAX_ETCD_ANSWER_BYTES } from '../../limits/registries.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { EtcdError, toldError } from './etcd-error.js'

const LINE_FEED = 0x0a

/** What a question to the gateway is sent with. */
export interface EtcdRequest {
  readonly method: 'POST'
  readonly redirect: 'manual'
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The part of a fetch response that matters here; a WHATWG Response has it, and node-fetch's. */
export interface EtcdResponse {
  readonly status: number
  readonly redirected?: boolean
  readonly body: AsyncIterable<unknown> | null
}

/** Sends a question to an etcd: the platform's fetch, node-fetch or a test double. */
export type EtcdFetch = (url: string, request: EtcdRequest) => Promise<EtcdResponse>

/** A question: where the gateway has it, and what it says. */
export interface Question {
  readonly path: string
  readonly content: JsonObject
}

/** How a question is sent to one member. */
export interface Sending {
  readonly fetch: EtcdFetch
  readonly endpoint: string
  readonly token: string | undefined
  readonly signal: AbortSignal
}

/** More came than an etcd that means well has to say. */
export class AnswerTooLarge extends Error {}

/** The one answer to a question. What is no answer is an error: EtcdError where the server says why. */
export async function exchange(question: Question, sending: Sending): Promise<JsonObject> {
  let first: JsonObject | undefined
  // To the end, so that the connection can be used again.
  for await (const answer of exchangeStream(question, sending)) first ??= answer
  if (first === undefined) throw new EtcdError('an empty answer')
  return first
}

/** The answers to a question, a line each, as they come. Whoever leaves early ends the exchange. */
export async function* exchangeStream(question: Question, sending: Sending): AsyncGenerator<JsonObject> {
  const { fetch, endpoint, token, signal } = sending
  const response = fetch(`${endpoint}${question.path}`, {
    method: 'POST',
    redirect: 'manual',
    signal,
    headers: {
      'content-type': 'application/json',
      // A member that lost its leader would tell nothing, for as long as it takes.
      'grpc-metadata-hasleader': 'true',
      ...(token !== undefined && { authorization: token }),
    },
    body: JSON.stringify(question.content),
  })
  const { status, redirected, body } = await response.catch(throwReason)
  if (redirected) throw new EtcdError('an answer from elsewhere')
  for await (const line of linesOf(body ?? [])) {
    const answer = parseAnswer(line, status)
    if (status !== 200) throw toldError(answer)
    yield answer
  }
  if (status !== 200) throw new EtcdError(`status ${status}`)
}

async function* linesOf(body: AsyncIterable<unknown> | readonly unknown[]): AsyncGenerator<string> {
  let chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new EtcdError('an answer that did not come in bytes')
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      chunks.push(chunk.subarray(from, end))
      yield Buffer.concat(chunks).toString()
      chunks = []
      size = 0
      from = end + 1
    }
    const rest = chunk.subarray(from)
    size += rest.length
    if (size > MAX_ETCD_ANSWER_BYTES) throw new AnswerTooLarge(`etcd: more than ${MAX_ETCD_ANSWER_BYTES} bytes`)
    if (rest.length > 0) chunks.push(rest)
  }
  if (chunks.length > 0) yield Buffer.concat(chunks).toString()
}

/** The platform's fetch says that it failed; why is in the cause. */
function throwReason(error: unknown): never {
  throw error instanceof Error && error.cause instanceof Error ? error.cause : error
}

/** In a stream an answer is the member `result`, and what went wrong is the member `error`. */
function parseAnswer(line: string, status: number): JsonObject {
  let parsed: JsonValue
  try {
    parsed = JSON.parse(line)
  } catch {
    // An error page, of a proxy for example.
    throw new EtcdError(`status ${status}, and no JSON`)
  }
  if (!isObject(parsed)) throw new EtcdError(`status ${status}, and no object`)
  if (isObject(parsed.result)) return parsed.result
  if (isObject(parsed.error)) throw toldError(parsed.error)
  return parsed
}

/** Whether a value is an object of JSON. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
