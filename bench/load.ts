import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { request } from './services.js'

/** What a load is to send: each token in turn with a request, over so many connections, for so many seconds. */
export interface Load {
  readonly port: number
  readonly concurrency: number
  readonly seconds: number
  readonly tokens: readonly string[]
}

/** What was seen. */
export interface LoadReport {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly refused: number
}

interface Summary {
  readonly requests: number
  readonly microseconds: number
  /** Microseconds. */
  readonly p50: number
  readonly p99: number
  readonly refused: number
}

const SEPARATOR = '\0'
const SCRIPT = fileURLToPath(new URL('load.lua', import.meta.url))

/** Keep-alive connections, each with one request at a time, by `wrk`: the load costs little beside what it measures. */
export async function send({ port, concurrency, seconds, tokens }: Load): Promise<LoadReport> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-load-'))
  const file = join(folder, 'requests')
  writeFileSync(file, tokens.map(toRequest).join(SEPARATOR))
  const how = ['--threads', '1', '--connections', `${concurrency}`, '--duration', `${seconds}s`, '--script', SCRIPT]
  const wrk = spawn('wrk', [...how, `http://127.0.0.1:${port}`, '--', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  wrk.stdout.setEncoding('utf8').on('data', chunk => {
    printed += chunk
  })
  const [status] = await once(wrk, 'close')
  rmSync(folder, { recursive: true })
  if (status !== 0) throw new Error(`wrk ended with ${status}`)
  const { requests, microseconds, p50, p99, refused }: Summary = JSON.parse(printed.trim().split('\n').at(-1) ?? '')
  return { perSecond: (requests * 1e6) / microseconds, p50: p50 / 1000, p99: p99 / 1000, refused }
}

function toRequest(token: string): string {
  const { method, target, body = '' } = request
  const head = [
    `${method} ${target} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${body.length}`,
    `countersign: ${token}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
