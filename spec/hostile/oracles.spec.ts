import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'
import { METHODS } from 'node:http'
import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import { DECISION_CHANNEL, type DecisionEvent } from '../../lib/index.js'
import { Loopback } from '../http/loopback.js'
import { warningsOf } from '../http/process-warnings.js'
import { RawClient, type RawResponse } from '../http/raw-client.js'
import { startReceiver } from '../vectors/receiver.js'
import type { Vector, VectorRequest } from '../vectors/vector.js'

const folder = new URL('../vectors/', import.meta.url)
const vectors: readonly Vector[] = readdirSync(folder)
  .filter(file => file.endsWith('.json'))
  .map(file => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g
const NO_REQUEST: VectorRequest = { method: 'POST', target: '/', streamed: true }
/** Codes that must be among those of a status, at least. */
const LEAST_CODES: Readonly<Record<number, number>> = { 401: 30, 403: 2, 431: 2, 503: 6 }

/** Whether HTTP can carry a vector to its receiver. */
function isSendable({ presentation, before = [], request = NO_REQUEST }: Vector): boolean {
  const texts = [presentation, ...before.map(earlier => earlier.presentation)]
  return METHODS.includes(request.method) && texts.every(text => text === null || /^[\x21-\x7e]*$/.test(text))
}

/** The whole answer, without what differs from one to the next, and what comes next on the same connection. */
interface Answer {
  readonly status: number
  readonly text: string
}

/** Codes and answers of all vectors, each presented to its receiver over HTTP. */
async function presentAll(): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>()
  const codes: string[] = []
  const hear = (event: unknown) => codes.push((event as DecisionEvent).code ?? 'accepted')
  subscribe(DECISION_CHANNEL, hear)
  try {
    for (const vector of vectors.filter(isSendable)) {
      const { before = [], description } = vector
      codes.length = 0
      const answer = await presentOne(vector)
      const code = codes[before.length] ?? 'unheard'
      expect(answer, `${code}: ${description}`).to.deep.equal(answers.get(code) ?? answer)
      answers.set(code, answer)
    }
  } finally {
    unsubscribe(DECISION_CHANNEL, hear)
  }
  return answers
}

async function presentOne(vector: Vector): Promise<Answer> {
  const { receiver, request = NO_REQUEST, binding = 'none', before = [], presentation } = vector
  const service = await startReceiver(vector)
  const loopback = new Loopback()
  const route = { binding, body: request.streamed ? 'stream' : 'buffer' } as const
  const url = await loopback.serve(
    countersign(service, receiver.operation, (_request, response) => response.end('ok'), route),
  )
  try {
    const client = await RawClient.connect(url)
    for (const earlier of before) await exchange(client, request, earlier.presentation)
    const { status, head, body } = await exchange(client, request, presentation)
    const next = await exchange(client, request, null)
    client.socket.destroy()
    const text = `${head.replace(/^Date: .*$/m, 'Date: -')}\n\n${body.replace(UUID, 'correlation')}\n${next.status}`
    return { status, text }
  } finally {
    await loopback.close()
    await service.stop()
  }
}

async function exchange(
  client: RawClient,
  { method, target, body = '' }: VectorRequest,
  presentation: string | null,
): Promise<RawResponse> {
  const fields = ['Host: x', `Content-Length: ${Buffer.byteLength(body)}`]
  if (presentation !== null) fields.push(`Countersign: ${presentation}`)
  client.send(`${[`${method} ${target} HTTP/1.1`, ...fields].join('\r\n')}\r\n\r\n${body}`)
  return await client.response()
}

/** The codes of a status, as docs/errors.md has it, that some vector expects. */
function codesOf(status: number): string[] {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const rows = text.matchAll(/^\| `(ERR_[A-Z0-9_]+)` \| (\d+) \|/gm)
  const documented = [...rows].filter(([, , its]) => its === String(status)).map(([, code = '']) => code)
  const expected = new Set(vectors.map(({ expected }) => ('code' in expected ? expected.code : '')))
  return documented.filter(code => expected.has(code))
}

describe('what a refused caller can learn', function () {
  this.timeout(120_000)
  let answers: ReadonlyMap<string, Answer>

  before(async () => {
    await warningsOf(async () => {
      answers = await presentAll()
    })
  })

  for (const [key, least] of Object.entries(LEAST_CODES)) {
    const status = Number(key)
    it(`is nothing but the status, for every code of ${status}: head, body, length and connection are the same`, () => {
      const codes = codesOf(status)
      expect(codes.length).to.be.at.least(least)
      const unheard = codes.filter(code => !answers.has(code))
      expect(unheard, 'codes that nobody could bring about over HTTP').to.deep.equal([])
      const found = codes.map(code => answers.get(code))
      expect(new Set(found.map(answer => answer?.status))).to.deep.equal(new Set([status]))
      expect([...new Set(found.map(answer => answer?.text))]).to.have.length(1)
    })
  }

  it('shows no code, no service, no operation and no number but the status', () => {
    for (const [code, { text, status }] of answers) {
      if (code !== 'accepted')
        expect(text.replaceAll(String(status), ''), code).not.to.match(/ERR_|shop|cart|inventory|hop/)
    }
  })
})
