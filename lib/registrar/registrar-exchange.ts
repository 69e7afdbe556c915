import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../clock.js'
import { CountersignError, KeyUnknown } from '../errors.js'
import { readRawBody } from '../http/inbound-body.js'
import { TimeLimit } from '../http/time-limit.js'
import { MAX_REGISTRATION_CHARACTERS } from '../limits/keys.js'
import { LISTING_COST, MAX_ENROLMENT_REQUEST_CHARACTERS, REGISTRAR_REQUEST_SECONDS } from '../limits/registrars.js'
import type { Place } from '../registry/place.js'
import { type Audit, type AuditEvent, type AuditLog, timeOf } from './audit.js'
import { callerAt } from './caller-address.js'
import type { ChangeStreams } from './change-streams.js'
import { readEvidence } from './evidence.js'
import type { Health } from './health.js'
import { type RegistrarAnswer, toJson, toProblem, toRefusal } from './registrar-answer.js'
import type { Application, RegistrarDesk } from './registrar-desk.js'
import type { RequestRates } from './request-rates.js'
import { type RegistrarRoute, readRoute } from './route.js'
import { UnreadAnswers } from './unread-answers.js'

const requestTime = new TimeLimit(REGISTRAR_REQUEST_SECONDS)

/** What answers a registrar's requests. */
export interface ExchangeParts {
  readonly desk: RegistrarDesk
  readonly streams: ChangeStreams
  readonly health: Health
  readonly requests: RequestRates
  readonly log: AuditLog
  readonly clock: Clock
  /** Whom credentials must be for. */
  readonly audience: () => string
}

type WriteRoute =
  | { readonly task: 'register' | 'revoke'; readonly place: Place }
  | { readonly task: 'enrol'; readonly service: string }

interface Task {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly correlation: string
}

const EVENTS = { register: 'registration', revoke: 'revocation', enrol: 'enrolment' } as const

/** Answers one request after the other; every one gets an answer, whatever happens. */
export class RegistrarExchange {
  readonly #parts: ExchangeParts
  readonly #unread = new UnreadAnswers()
  #isStopping = false

  constructor(parts: ExchangeParts) {
    this.#parts = parts
  }

  /** From now on every answer is its connection's last. */
  stop(): void {
    this.#isStopping = true
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const correlation = randomUUID()
    const answer = await this.#answer({ request, response, correlation }).catch(error => toProblem(error, correlation))
    if (answer !== undefined) this.#send(request, response, answer)
  }

  /** A stream of changes has no answer: it begins. */
  async #answer(task: Task): Promise<RegistrarAnswer | undefined> {
    const { request, response, correlation } = task
    const route = readRoute(request.method ?? '', request.url ?? '')
    if ('status' in route) {
      return toRefusal(route.status, correlation, route.allow === undefined ? {} : { allow: route.allow })
    }
    if (route.task === 'live') return toJson(200, { live: true })
    if (route.task === 'ready') {
      const report = await this.#parts.health.look()
      return toJson(report.ready && !this.#isStopping ? 200 : 503, report)
    }
    const caller = callerAt(request.socket.remoteAddress)
    // Before anything is written down: a flood must not fill the log.
    this.#parts.requests.take(caller, route.task === 'list' ? LISTING_COST : 1)
    if (isWrite(route)) return await this.#write(route, task)
    if (route.task === 'find') return await this.#find(route.place, correlation)
    if (route.task === 'list') {
      const page = toJson(200, await this.#parts.desk.page(route.service, route.after))
      this.#unread.check(page.body.length)
      return page
    }
    if (this.#isStopping) return toRefusal(503, correlation)
    this.#parts.streams.begin(response, caller)
    return undefined
  }

  async #find(place: Place, correlation: string): Promise<RegistrarAnswer> {
    try {
      return toJson(200, await this.#parts.desk.find(place))
    } catch (error) {
      if (error instanceof KeyUnknown) return toRefusal(404, correlation)
      throw error
    }
  }

  /** Does what is asked in a service's name, and writes down who asked for it and what came of it. */
  async #write(route: WriteRoute, { request, correlation }: Task): Promise<RegistrarAnswer> {
    const now = Math.floor(this.#parts.clock())
    const audit: Audit = {
      ...(route.task === 'enrol' ? { service: route.service } : route.place),
      address: request.socket.remoteAddress,
      correlation,
    }
    const event = { time: timeOf(now), event: EVENTS[route.task] } as const
    try {
      const evidence = readEvidence(request, this.#parts.audience(), now)
      const bytes = route.task === 'enrol' ? MAX_ENROLMENT_REQUEST_CHARACTERS : MAX_REGISTRATION_CHARACTERS
      const readBody = async () => Buffer.from(await readRawBody(request, bytes, requestTime))
      const answer = await this.#perform(route, { evidence, readBody, audit })
      this.#parts.log({ ...event, verdict: 'done', ...audit })
      return answer
    } catch (error) {
      this.#parts.log({ ...event, verdict: 'refused', ...audit, expiresAt: undefined, ...reasonOf(error) })
      throw error
    }
  }

  async #perform(route: WriteRoute, application: Application): Promise<RegistrarAnswer> {
    const { desk } = this.#parts
    if (route.task === 'enrol') return toJson(200, { enrolment: await desk.enrol(route.service, application) })
    const { place } = route
    if (route.task === 'revoke') {
      await desk.revoke(place, application)
      return toJson(200, { ...place, revoked: true })
    }
    const { expiresAt } = await desk.register(place, application)
    return toJson(200, { ...place, expiresAt })
  }

  /** A body that nobody read, or not to its end, ends the connection: what follows on it would have to be read first. */
  #send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: RegistrarAnswer): void {
    if (response.headersSent || response.destroyed) return
    const isLast = this.#isStopping || !request.complete
    response.writeHead(status, { ...headers, ...(isLast && { connection: 'close' }) }).end(body)
    this.#unread.watch(request, response, body.length)
  }
}

/** Of an error that is none of ours only its name is told: its message may quote anything. */
function reasonOf(error: unknown): Pick<AuditEvent, 'code' | 'reason'> {
  if (error instanceof CountersignError) return { code: error.code, reason: error.message }
  return { reason: `internal error (${error instanceof Error ? error.name : 'unknown'})` }
}

function isWrite(route: RegistrarRoute): route is WriteRoute {
  return route.task in EVENTS
}
