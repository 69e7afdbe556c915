import { Readable } from 'node:stream'
import type { VerifiedCall } from '../chain/verified-call.js'
import { BodyConsumed, OptionError } from '../errors.js'
import { type ConfidentialClientOptions, describeConfidentialClient } from '../http/confidential-client.js'
import { type Arrival, checkEdgeService, type Edge, type EdgeRequest, type EdgeService } from '../http/edge.js'
import { receiveUser } from '../http/edge-receiver.js'
import { type IncomingRequest, readRawBody } from '../http/inbound-body.js'
import { endUpload } from '../http/node-exchange.js'
import type { Problem } from '../http/problem.js'
import { describePublicClient, type PublicClientOptions } from '../http/public-client.js'
import { receive } from '../http/receiver.js'
import { describeRoute, type ReceivingService, type RouteOptions } from '../http/route.js'
import type { InitialToken } from '../model/frame.js'

export type { EdgeService } from '../http/edge.js'
export type { PublicClientOptions } from '../http/public-client.js'
export type { ReceivingService, RouteOptions } from '../http/route.js'
export type { TokenSource } from '../http/token-source.js'

/** The members of fastify's request that we touch. */
export interface FastifyRequestLike {
  readonly raw: IncomingRequest
  readonly originalUrl: string
}

/** The members of fastify's reply that we touch. */
export interface FastifyReplyLike {
  readonly sent: boolean
  code(status: number): { headers(values: Record<string, string>): { send(body: Uint8Array): unknown } }
}

type Done = (error?: Error) => void
type Hook<R> = (request: R, reply: FastifyReplyLike, done: Done) => void
type ParsingHook<R> = (
  request: R,
  reply: FastifyReplyLike,
  payload: Readable,
  done: (error?: Error | null, payload?: Readable) => void,
) => void

/** Route options of fastify 5 that protect a route. Hooks of your own stand beside them in lists, behind these. */
export interface ProtectedRoute {
  readonly preParsing: ParsingHook<FastifyRequestLike>
  readonly preHandler: Hook<FastifyRequestLike>
}

/** Route options of fastify 5 that let users in. */
export interface UserRoute<R> {
  readonly onRequest: Hook<R>
  readonly preHandler: Hook<R>
}

/** How an edge that fastify serves lets in users for whom it keeps a session. */
export interface FastifySessionOptions<R> extends Omit<ConfidentialClientOptions, 'token'> {
  /** As in ConfidentialClientOptions, of fastify's own request. */
  readonly token: (request: R) => ReturnType<ConfidentialClientOptions['token']>
}

/**
 * Protects a route: `app.post('/checkout', countersign(cart, 'checkout'), handler)`. Only calls of this operation whose chain holds and
 * that the policy accepts are parsed and handled, and in the handler's context `service.fetch` continues the call. The raw body is kept in
 * `request.raw.rawBody`. The hooks of `onRequest` come before, and so does everything else that reads the body: ERR_BODY_CONSUMED. A route
 * whose `preParsing` was replaced answers 500. Throws ERR_OPTION.
 */
export function countersign(service: ReceivingService, operation: string, options?: RouteOptions): ProtectedRoute {
  const route = describeRoute(service, operation, options)
  const calls = new WeakMap<FastifyRequestLike, VerifiedCall>()
  return {
    preParsing: (request, reply, payload, done) => {
      const { raw, originalUrl: target } = request
      const { method = '', rawHeaders } = raw
      const readBody = (maxBytes: number) => (payload === raw ? readRawBody(raw, maxBytes) : Promise.reject(consumed()))
      receive(route, { method, target, rawHeaders, readBody }, problem => refuse(request, reply, problem)).then(
        reception => {
          if (reception === undefined) return
          calls.set(request, reception.call)
          done(null, route.body === 'buffer' ? toPayload(reception.body) : payload)
        },
        done,
      )
    },
    preHandler: (request, _reply, done) => {
      const call = calls.get(request)
      if (call === undefined) return done(replaced('preParsing'))
      service.runInCall(call, done)
    },
  }
}

/**
 * Lets in users whose own application calls with a bearer token (RFC 6750). The handler runs in the context of a chain that begins
 * with claims of that token, or with another one, never with itself: `service.fetch` continues it. `userOf(request)` tells whom the
 * request brings. CORS preflights have no token: answer them before. Throws ERR_OPTION.
 */
export function publicClient(service: EdgeService, options: PublicClientOptions): UserRoute<FastifyRequestLike> {
  return letIn(service, describePublicClient(options))
}

/**
 * The same for users for whom this application keeps a session, in a plugin that was registered before: the chain begins with the token in
 * it. Throws ERR_OPTION.
 */
export function confidentialClient<R extends FastifyRequestLike>(
  service: EdgeService,
  options: FastifySessionOptions<R>,
): UserRoute<R> {
  const { token, ...others } = Object(options) as FastifySessionOptions<R>
  const tokenOf = typeof token === 'function' ? ({ request }: Visit<R>) => token(request) : token
  return letIn(service, describeConfidentialClient<Visit<R>>({ ...others, token: tokenOf }))
}

/** Whom a request brings, behind `publicClient` or `confidentialClient`; undefined elsewhere. */
export function userOf(request: FastifyRequestLike): InitialToken | undefined {
  return arrivals.get(request)?.user
}

/** A request as an edge sees it. */
interface Visit<R> extends EdgeRequest {
  readonly request: R
}

const arrivals = new WeakMap<FastifyRequestLike, Arrival>()

function letIn<R extends FastifyRequestLike>(service: EdgeService, edge: Edge<Visit<R>>): UserRoute<R> {
  checkEdgeService(service)
  return {
    onRequest: (request, reply, done) => {
      receiveUser(edge, service, { rawHeaders: request.raw.rawHeaders, request }).then(outcome => {
        if ('problem' in outcome) return refuse(request, reply, outcome.problem)
        arrivals.set(request, outcome.arrival)
        done()
      }, done)
    },
    preHandler: (request, _reply, done) => {
      const arrival = arrivals.get(request)
      if (arrival === undefined) return done(replaced('onRequest'))
      arrival.run(done)
    },
  }
}

function refuse({ raw }: FastifyRequestLike, reply: FastifyReplyLike, { status, headers, body }: Problem): void {
  if (reply.sent) return
  reply
    .code(status)
    .headers({ ...headers })
    // Of bytes, fastify leaves the content type as it is.
    .send(Buffer.from(body))
  endUpload(raw)
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

function replaced(hook: string): OptionError {
  return new OptionError(
    `countersign: its \`${hook}\` did not run for this route: \`${hook}: [countersign(...).${hook}, yours]\``,
  )
}
