import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { BodyConsumed, OptionError } from '../errors.js'
import { acceptances } from '../http/acceptance.js'
import { type ConfidentialClientOptions, describeConfidentialClient } from '../http/confidential-client.js'
import { type Arrival, checkEdgeService, type Edge, type EdgeRequest, type EdgeService } from '../http/edge.js'
import { receiveUser } from '../http/edge-receiver.js'
import { type IncomingRequest, readRawBody } from '../http/inbound-body.js'
import { endUpload } from '../http/node-exchange.js'
import { type Problem, toProblem } from '../http/problem.js'
import { describePublicClient, type PublicClientOptions } from '../http/public-client.js'
import { receive } from '../http/receiver.js'
import { describeRoute, type ReceivingService, type RouteOptions, runHandler } from '../http/route.js'
import { warnOf } from '../http/warning.js'
import type { InitialToken } from '../model/frame.js'

export { callOf } from '../http/acceptance.js'
export type { EdgeService } from '../http/edge.js'
export type { PublicClientOptions } from '../http/public-client.js'
export type { ReceivingService, RouteOptions } from '../http/route.js'
export type { TokenSource } from '../http/token-source.js'

/** The members of fastify's request that we touch. */
export interface FastifyRequestLike {
  readonly raw: IncomingRequest
  readonly originalUrl: string
}

/** The members of fastify's reply that we touch. What they take depends on the types of the route. */
export interface FastifyReplyLike {
  readonly sent: boolean
  code(status: number): unknown
}

type Hook = (request: FastifyRequestLike, reply: FastifyReplyLike, done: (error?: Error) => void) => void
type ParsingHook = (
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  payload: Readable,
  done: (error?: Error | null, payload?: Readable) => void,
) => void

/** Route options of fastify 5 that protect a route: one hook that verifies, and two that see to it that it did. */
export interface ProtectedRoute {
  readonly preParsing: ParsingHook
  readonly preValidation: Hook
  readonly preHandler: Hook
}

/** Route options of fastify 5 that let users in: one hook that does, and two that see to it that it did. */
export interface UserRoute {
  readonly onRequest: Hook
  readonly preValidation: Hook
  readonly preHandler: Hook
}

/** How an edge that fastify serves lets in users for whom it keeps a session. */
export interface FastifySessionOptions extends Omit<ConfidentialClientOptions, 'token'> {
  /** As in ConfidentialClientOptions, of fastify's own request. */
  readonly token: (request: FastifyRequest) => ReturnType<ConfidentialClientOptions['token']>
}

/**
 * Protects a route: `app.post('/checkout', countersign(cart, 'checkout'), handler)`. Only calls of this operation whose chain holds and
 * that the policy accepts are parsed and handled, and in their context `service.fetch` continues the call. The raw body is kept in
 * `request.raw.rawBody`. Hooks of `onRequest` come before; one that reads or replaces the body has it refused (ERR_BODY_CONSUMED). A
 * route whose own hooks took the place of these answers 500, with a warning. Throws ERR_OPTION.
 */
export function countersign(service: ReceivingService, operation: string, options?: RouteOptions): ProtectedRoute {
  const route = describeRoute(service, operation, options)
  const goOn: Hook = (request, reply, done) => {
    const accepted = acceptances.get(request)
    if (accepted?.route === route) runHandler(route, accepted.call, done)
    else refuseUnchecked(request, reply, 'preParsing')
  }
  return {
    preParsing: (request, reply, payload, done) => {
      const { raw, originalUrl: target } = request
      const { method = '', rawHeaders } = raw
      const readBody = (maxBytes: number) => (payload === raw ? readRawBody(raw, maxBytes) : Promise.reject(consumed()))
      receive(route, { method, target, rawHeaders, readBody }, problem => refuse(request, reply, problem)).then(
        reception => {
          if (reception === undefined) return
          acceptances.set(request, { route, call: reception.call })
          const bound = route.body === 'buffer' ? toPayload(reception.body) : payload
          runHandler(route, reception.call, () => done(null, bound))
        },
        done,
      )
    },
    preValidation: goOn,
    preHandler: goOn,
  }
}

/**
 * Lets in users whose own application calls with a bearer token (RFC 6750). The handler runs in the context of a chain that begins
 * with claims of that token, or with another one, never with itself: `service.fetch` continues it. `userOf(request)` tells whom the
 * request brings. CORS preflights have no token: answer them before. Throws ERR_OPTION.
 */
export function publicClient(service: EdgeService, options: PublicClientOptions): UserRoute {
  return letIn(service, describePublicClient(options))
}

/**
 * The same for users for whom this application keeps a session, in a plugin that was registered before: the chain begins with the token in
 * it. Throws ERR_OPTION.
 */
export function confidentialClient(service: EdgeService, options: FastifySessionOptions): UserRoute {
  const { token, ...others } = Object(options) as FastifySessionOptions
  // At run time it is fastify's own request: nothing else calls a hook.
  const tokenOf = typeof token === 'function' ? ({ request }: Visit) => token(request as FastifyRequest) : token
  return letIn(service, describeConfidentialClient<Visit>({ ...others, token: tokenOf }))
}

/** Whom a request brings, behind `publicClient` or `confidentialClient`; undefined elsewhere. */
export function userOf(request: FastifyRequestLike): InitialToken | undefined {
  return arrivals.get(request)?.user
}

/** A request as an edge sees it. */
interface Visit extends EdgeRequest {
  readonly request: FastifyRequestLike
}

const arrivals = new WeakMap<FastifyRequestLike, Arrival>()

function letIn(service: EdgeService, edge: Edge<Visit>): UserRoute {
  checkEdgeService(service)
  const goOn: Hook = (request, reply, done) => {
    const arrival = arrivals.get(request)
    if (arrival !== undefined) arrival.run(done)
    else refuseUnchecked(request, reply, 'onRequest')
  }
  return {
    onRequest: (request, reply, done) => {
      receiveUser(edge, service, { rawHeaders: request.raw.rawHeaders, request }).then(outcome => {
        if ('problem' in outcome) return refuse(request, reply, outcome.problem)
        arrivals.set(request, outcome.arrival)
        outcome.arrival.run(done)
      }, done)
    },
    preValidation: goOn,
    preHandler: goOn,
  }
}

/** The part of a reply that is the same whatever a route's types are. */
interface AnyReply {
  code(status: number): AnyReply
  headers(values: Record<string, string>): AnyReply
  send(body: Uint8Array): AnyReply
}

function refuse({ raw }: FastifyRequestLike, reply: FastifyReplyLike, { status, headers, body }: Problem): void {
  endUpload(raw)
  if (reply.sent) return
  // Of bytes, fastify leaves the content type as it is.
  const answer = reply as object as AnyReply
  answer
    .code(status)
    .headers({ ...headers })
    .send(Buffer.from(body))
}

/** It is a mistake in the route: the operator is told, the caller is not. */
function refuseUnchecked(request: FastifyRequestLike, reply: FastifyReplyLike, hook: string): void {
  const correlation = randomUUID()
  const mistake = new OptionError(
    `our \`${hook}\` did not run: it stands in a list before yours, \`[ours.${hook}, yours]\``,
  )
  warnOf(`a route that is protected cannot be served [${correlation}]`, mistake)
  refuse(request, reply, toProblem(500, correlation))
}

/** The bytes that were bound, for the parser behind us. */
function toPayload(bytes: Uint8Array): Readable {
  const payload = Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false })
  return Object.assign(payload, { receivedEncodedLength: bytes.length })
}

function consumed(): BodyConsumed {
  return new BodyConsumed(
    'a hook before countersign has taken the body: let it stand behind, `preParsing: [countersign(...).preParsing, yours]`',
  )
}
