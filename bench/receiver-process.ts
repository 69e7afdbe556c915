// One receiver in a process of its own, which tells its parent where it listens and makes presentations when it is asked to.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { countersign } from '../dist/adapters/node.js'
import { naiveTokenOf, naiveVerify } from './naive.js'
import { rawVerifications } from './raw.js'
import { at, presentationOf, startLine } from './services.js'

/** Who answers: countersign, a handler that makes the raw verifications alone, or a receiver of naive tokens with jose. */
export type ReceiverKind = 'countersign' | 'raw' | 'naive'

/** What a receiver tells its parent: its port, then the tokens that were asked for. */
export type ReceiverMessage = { readonly port: number } | { readonly tokens: readonly string[] }

const DEPTH = 3
const RAW_SETS = 64

interface Receiver {
  readonly listener: RequestListener
  /** Tokens that this receiver has never seen. */
  readonly makeTokens: (count: number) => Promise<readonly string[]>
}

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

async function startCountersign(): Promise<Receiver> {
  const line = await startLine('ES256')
  const listener = countersign(at(line, DEPTH), 'checkout', (_, response, { body }) => answer(response, body.length))
  return { listener, makeTokens: count => sequence(count, () => presentationOf(line, DEPTH)) }
}

async function startRaw(): Promise<Receiver> {
  const line = await startLine('ES256')
  const presentations = await sequence(RAW_SETS, () => presentationOf(line, DEPTH))
  const sets = presentations.map(presentation => rawVerifications(presentation, 'ES256'))
  let next = 0
  const listener: RequestListener = async (incoming, response) => {
    const bytes = await readBody(incoming)
    next = (next + 1) % sets.length
    for (const call of sets[next] ?? []) call()
    answer(response, bytes)
  }
  return {
    listener,
    makeTokens: async count => Array.from({ length: count }, (_, at) => presentations[at % RAW_SETS] ?? ''),
  }
}

async function startNaive(): Promise<Receiver> {
  const naive = await naiveTokenOf(DEPTH)
  const listener: RequestListener = async (incoming, response) => {
    const [token = ''] = incoming.headersDistinct.countersign ?? []
    await naiveVerify({ ...naive, token })
    answer(response, await readBody(incoming))
  }
  return { listener, makeTokens: async count => Array.from({ length: count }, () => naive.token) }
}

async function sequence<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count) made.push(await make())
  return made
}

const starts: Record<ReceiverKind, () => Promise<Receiver>> = {
  countersign: startCountersign,
  raw: startRaw,
  naive: startNaive,
}

if (process.send !== undefined) {
  const tell = (message: ReceiverMessage) => process.send?.(message)
  const { listener, makeTokens } = await starts[process.argv[2] as ReceiverKind]()
  process.on('message', async (count: number) => tell({ tokens: await makeTokens(count) }))
  process.on('disconnect', () => process.exit())
  const server = createServer(listener).listen(0, '127.0.0.1', () => {
    tell({ port: (server.address() as AddressInfo).port })
  })
}
