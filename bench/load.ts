import { connect, type Socket } from 'node:net'
import { request } from './services.js'

/** What a load is to send. */
export interface Load {
  readonly port: number
  readonly concurrency: number
  readonly tokens: readonly string[]
  /** Never to sleep, on a core of its own: to wake it would be a part of what an answer costs, and more the longer it slept. */
  readonly isAwake: boolean
}

/** What was seen. */
export interface LoadReport {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly refused: number
}

const END_OF_HEAD = '\r\n\r\n'

function toRequest(token: string): string {
  const { method, target, body = '' } = request
  const head = [
    `${method} ${target} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${body.length}`,
    `countersign: ${token}`,
  ]
  return `${head.join('\r\n')}${END_OF_HEAD}${body}`
}

/** Keep-alive connections, each with one request at a time, over sockets alone: the load costs little beside what it measures. */
export async function send({ port, concurrency, tokens, isAwake }: Load): Promise<LoadReport> {
  const requests = tokens.map(toRequest)
  const times: number[] = []
  let sent = 0
  let refused = 0
  const drive = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let startedAt = 0
      let received = ''
      const next = () => {
        const text = requests[sent]
        if (text === undefined) return void socket.end(resolve)
        sent += 1
        startedAt = performance.now()
        socket.write(text, 'latin1')
      }
      socket.setEncoding('latin1').setNoDelay()
      socket.on('error', reject)
      socket.on('data', chunk => {
        received += chunk
        if (!isWhole(received)) return
        if (!received.startsWith('HTTP/1.1 200')) refused += 1
        times.push(performance.now() - startedAt)
        received = ''
        next()
      })
      socket.once('connect', next)
    })
  const fallAsleep = isAwake ? stayAwake() : () => {}
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: concurrency }, () => drive(connect(port, '127.0.0.1'))))
  const seconds = (performance.now() - startedAt) / 1000
  fallAsleep()
  times.sort((a, b) => a - b)
  const quantile = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
  return { perSecond: times.length / seconds, p50: quantile(0.5), p99: quantile(0.99), refused }
}

/** Keeps the event loop turning. Returns what ends it. */
function stayAwake(): () => void {
  let isOver = false
  const turn = () => {
    if (!isOver) setImmediate(turn)
  }
  turn()
  return () => {
    isOver = true
  }
}

function isWhole(response: string): boolean {
  const end = response.indexOf(END_OF_HEAD)
  const length = /content-length: (\d+)/i.exec(response)?.[1]
  return end >= 0 && response.length >= end + END_OF_HEAD.length + Number(length ?? 0)
}
