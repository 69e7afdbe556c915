// One receiver in a process of its own, which tells its parent where it listens.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CallHandler, countersign, type RouteOptions } from '../dist/adapters/node.js'
import { FileRegistry } from '../dist/index.js'
import { naiveTokenOf, naiveVerify } from './naive.js'
import { rawVerifications } from './raw.js'
import {
  type Algorithm,
  HTTP_HOPS,
  onTheWire,
  presentationOf,
  startLine,
  startService,
  stopLine,
  userClaims,
} from './services.js'

/** Who answers: countersign, in the context of each call or in none; a handler that makes the raw verifications alone; a receiver of naive tokens with jose. */
export type ReceiverKind = 'countersign' | 'contextless' | 'raw' | 'naive'

/** What a receiver tells its parent: its port, and a token that it takes as often as it comes, if there is one. */
export interface ReceiverMessage {
  readonly port: number
  readonly token?: string | undefined
}

/** How a receiver is started: what answers, the directory of the registry, and what hops are signed with. */
export type ReceiverArguments = readonly [kind: ReceiverKind, folder: string, algorithm: Algorithm]

interface Receiver {
  readonly listener: RequestListener
  readonly token?: string
}

const RAW_SETS = 64

/** All handlers answer alike. */
function answer(response: ServerResponse, bytes: number): void {
  const body = JSON.stringify({ committed: true, bytes })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

function readBody(incoming: IncomingMessage): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    incoming.on('end', () => resolve(bytes)).on('error', reject)
  })
}

async function startCountersign(
  algorithm: Algorithm,
  folder: string,
  context: RouteOptions['context'] = 'call',
): Promise<Receiver> {
  const service = await startService(HTTP_HOPS, algorithm, { registry: new FileRegistry(folder) })
  const handler: CallHandler = (_, response, { body }) => answer(response, body.length)
  return { listener: countersign(service, 'checkout', handler, { context }) }
}

async function startRaw(algorithm: Algorithm): Promise<Receiver> {
  const line = await startLine(algorithm)
  const token = onTheWire(await presentationOf(line, HTTP_HOPS))
  const sets: (readonly (() => void)[])[] = []
  while (sets.length < RAW_SETS) sets.push(rawVerifications(await presentationOf(line, HTTP_HOPS), algorithm))
  await stopLine(line)
  let next = 0
  const listener: RequestListener = async (incoming, response) => {
    const bytes = await readBody(incoming)
    next = (next + 1) % sets.length
    for (const call of sets[next] ?? []) call()
    answer(response, bytes)
  }
  return { listener, token }
}

async function startNaive(algorithm: Algorithm): Promise<Receiver> {
  const naive = await naiveTokenOf(HTTP_HOPS, userClaims, algorithm)
  const listener: RequestListener = async (incoming, response) => {
    const [token = ''] = incoming.headersDistinct.countersign ?? []
    await naiveVerify({ ...naive, token })
    answer(response, await readBody(incoming))
  }
  return { listener, token: naive.token }
}

const starts: Record<ReceiverKind, (algorithm: Algorithm, folder: string) => Promise<Receiver>> = {
  countersign: startCountersign,
  contextless: (algorithm, folder) => startCountersign(algorithm, folder, 'none'),
  raw: startRaw,
  naive: startNaive,
}

if (process.send !== undefined) {
  const tell = (message: ReceiverMessage) => process.send?.(message)
  const [kind, folder, algorithm] = process.argv.slice(2) as unknown as ReceiverArguments
  const { listener, token } = await starts[kind](algorithm, folder)
  process.on('disconnect', () => process.exit())
  const server = createServer(listener).listen(0, '127.0.0.1', () => {
    tell({ port: (server.address() as AddressInfo).port, token })
  })
}
