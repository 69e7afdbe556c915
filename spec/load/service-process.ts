/**
 * One service of the line, as a process of its own: `service-process.ts <setup as JSON>`. It tells of itself on the channel to
 * its parent; SIGTERM stops it in good order.
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import type * as NodeAdapter from '../../lib/adapters/node.js'
import type * as Library from '../../lib/index.js'
import type { FetchOptions, FetchResponse, VerifiedCall } from '../../lib/index.js'
import { type Answer, LINE, type Name, OPERATIONS, type Report, type Setup, type Sight } from './message.js'

const LISTEN_RETRY_MILLISECONDS = 20
const IDLE_CHECK_MILLISECONDS = 20

const setup: Setup = JSON.parse(process.argv[2] ?? '')
const library: typeof Library = await import(`${setup.library}/index.ts`)
const { countersign }: typeof NodeAdapter = await import(`${setup.library}/adapters/node.ts`)
const agent = new Agent({ keepAlive: true })
const next = LINE[LINE.indexOf(setup.name) + 1]

let isStopping = false
/** What a service that bleeds takes for the call of its request. */
let lastCall: VerifiedCall | undefined

const registry = new library.FileRegistry(setup.registry)
const service = await library.Service.start({
  name: setup.name,
  registry,
  edges: ['shop'],
  policy: library.parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      have-initial-token: { where-scope-contains: { value: shop.user } }
      originate-from: { app-name: { equal-to: shop }, via-operation: { equal-to: checkout } }
`),
  limits: { registrationSeconds: setup.registrationSeconds, presentationSeconds: 3, skewSeconds: 1 },
  log: ({ outcome, correlation, code, message }) => {
    if (outcome === 'refused') tell({ kind: 'refusal', refusal: { correlation, code, message } })
  },
})

const server = createServer(setup.name === 'shop' ? beginChain : receiveCall())
server.keepAliveTimeout = 60_000
await listen()
process.on('message', reportHeap)
process.on('warning', ({ message }) => tell({ kind: 'warning', message }))
process.on('disconnect', () => process.exit())
process.on('SIGTERM', stop)
tell({ kind: 'listening' })

/** The edge: whoever asks says who he is. */
function beginChain(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '', 'http://shop')
  const [user, item] = [searchParams.get('user') ?? '', searchParams.get('item') ?? '']
  service
    .begin({ userClaims: { sub: user, scope: 'shop.user' } }, async () => {
      await turn()
      return await ask(item, { claims: { item } })
    })
    .then(answer => send(response, answer))
    .catch(error => send(response, failed(setup.name, error)))
}

function receiveCall(): RequestListener {
  if (setup.name === 'shop') throw new Error('nobody calls shop')
  return countersign(service, OPERATIONS[setup.name], async (_, response, { call, body }) => {
    lastCall = call
    await turn()
    const text = body.toString()
    const below = await ask(text)
    const own = sight(setup.bleeds ? lastCall : service.currentCall(), text)
    send(response, 'failure' in below ? below : { sights: [own, ...below.sights] })
  })
}

/** Asks the next service; the last one has nobody to ask. */
async function ask(body: string, options: Pick<FetchOptions, 'claims'> = {}): Promise<Answer> {
  if (next === undefined || next === 'shop') return { sights: [] }
  try {
    const url = `http://127.0.0.1:${setup.ports[next]}/${OPERATIONS[next]}?item=${body}`
    const hop = { audience: next, operation: OPERATIONS[next], ...options }
    return await read(next, await service.fetch(url, { ...hop, method: 'POST', body, agent }))
  } catch (error) {
    return failed(next, error)
  }
}

async function read(at: Name, response: FetchResponse): Promise<Answer> {
  const answer = await response.json()
  if (response.status === 200 || response.status === 502) return answer as Answer
  return { failure: { at, status: response.status, correlation: String(Reflect.get(Object(answer), 'instance')) } }
}

function failed(at: Name, error: unknown): Answer {
  return { failure: { at, code: String(Reflect.get(Object(error), 'code') ?? error) } }
}

function sight({ initialToken, transaction, callStack }: VerifiedCall, body: string): Sight {
  return {
    service: setup.name,
    user: String(initialToken?.claims.sub),
    transaction,
    stack: callStack.map(frame => `${frame.service}:${frame.operation}`),
    item: String(callStack.at(-1)?.claims.item),
    body,
  }
}

function send(response: ServerResponse, answer: Answer): void {
  if (isStopping) response.setHeader('connection', 'close')
  response.writeHead('failure' in answer ? 502 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer))
}

/** The port may still be held by the process that this one follows. */
async function listen(): Promise<void> {
  for (;;) {
    try {
      server.listen(setup.ports[setup.name], '127.0.0.1')
      await once(server, 'listening')
      return
    } catch {
      await delay(LISTEN_RETRY_MILLISECONDS)
    }
  }
}

function reportHeap(): void {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  tell({ kind: 'heap', bytes: process.memoryUsage().heapUsed })
}

async function stop(): Promise<void> {
  isStopping = true
  server.close()
  setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MILLISECONDS).unref()
  await once(server, 'close')
  await service.stop()
  await registry.close()
  process.exit()
}

function tell(report: Report): void {
  process.send?.(report)
}
