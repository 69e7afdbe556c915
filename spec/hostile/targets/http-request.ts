import { createServer } from 'node:http'
import { connect } from 'node:net'
import { countersign } from '../../../lib/adapters/node.js'
import { forgeChain } from '../../forge/chain.js'
import { fixed128 } from '../../forge/hop.js'
import { forgeUserClaims } from '../../forge/initial-token.js'
import { forgeSigner } from '../../forge/key.js'
import { type ForgedRequest, requestDigest } from '../../forge/request.js'
import { Loopback } from '../../http/loopback.js'
import type { Target, Trial } from '../target.js'
import { HostileReceiver, privatePart } from './receiving.js'

/** Ours, and what node answers by itself to what is no HTTP. None of them is 500. */
const STATUSES = new Set([200, 400, 401, 403, 408, 413, 417, 431, 503])
const lines = (...fields: readonly string[]) => `${fields.join('\r\n')}\r\n\r\n`

/** Whole HTTP requests over a socket: field lines, bodies and trailers, right and wrong. Each character is one byte. */
export async function attackHttpRequests(): Promise<Target> {
  const shop = forgeSigner('shop', 'EdDSA')
  const receiver = await HostileReceiver.start([shop], { limits: { bodyBytes: 10_000 } })
  const loopback = new Loopback()
  const { service } = receiver.receiver
  const listener = countersign(service, 'call', (_request, response, { body }) => response.end(`${body.length}`))
  const url = new URL(await loopback.listen(createServer(listener)))
  const present = (request: ForgedRequest) => {
    const pieces = { secret: fixed128('secret'), transaction: fixed128('transaction') }
    const header = { req: requestDigest(request) }
    return forgeChain([shop], 'receiver', { ...pieces, header }, forgeUserClaims({ sub: 'jo' })).presentation
  }
  const get = present({ method: 'GET', target: '/x?y=1' })
  const post = present({ method: 'POST', target: '/', body: 'hello' })
  const getLines = ['GET /x?y=1 HTTP/1.1', 'Host: x', `Countersign: ${get}`]
  const postLines = ['POST / HTTP/1.1', 'Host: x', `Countersign: ${post}`]
  const secrets = [get, post, privatePart(shop)]
  return {
    name: 'HTTP request',
    corpus: [
      lines(...getLines),
      `${lines(...postLines, 'Content-Length: 5')}hello`,
      `${lines(...postLines, 'Transfer-Encoding: chunked', 'Trailer: Countersign')}5\r\nhello\r\n0\r\nCountersign: ${post}\r\n\r\n`,
      `${lines(...postLines, 'Expect: 100-continue', 'Content-Length: 5')}hello${lines(...getLines)}`,
    ],
    token: /[A-Za-z0-9_-]+|\r\n|[\s\S]/g,
    dictionary: [
      ...[
        '\r\n',
        '\n',
        '\r',
        '\r\n ',
        '\r\n\t',
        ': ',
        ':',
        ' :',
        ',',
        ', ',
        ';',
        '\0',
        '\x7f',
        '\xff',
        '\x80',
        '"',
        '~',
        '..',
      ],
      ...['Countersign', 'countersign', 'COUNTERSIGN', 'Countersign:', 'Countersign ', 'X-Countersign', get, post],
      ...[
        '\r\nCountersign: ',
        `\r\nCountersign: ${post}`,
        '\r\nCountersign:',
        '\r\nCookie: a=b',
        '\r\nAuthorization: x',
      ],
      ...['\r\nTransfer-Encoding: chunked', '\r\nTransfer-Encoding: identity', '\r\nContent-Length: 5', '-1', '0', '5'],
      ...['99999999999999999999', '0x5', '\r\nContent-Length: 4', '\r\nExpect: 100-continue', '\r\nExpect: x'],
      ...[
        '\r\nUpgrade: h2c',
        '\r\nConnection: close',
        '\r\nConnection: upgrade',
        '\r\nHost: y',
        '\r\n\r\n',
        'HTTP/1.0',
        'HTTP/2.0',
      ],
      ...['GET', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'PRI', 'get', '/', '*', 'http://x/', '/%00', '//', '?', '#'],
    ],
    bombs: [
      lines(...getLines, `X: ${'x'.repeat(1_000_000)}`),
      lines('GET / HTTP/1.1', 'Host: x', `Countersign: ${'A'.repeat(1_000_000)}`),
      lines('GET / HTTP/1.1', 'Host: x', `Countersign: ${'A~'.repeat(4000)}`),
      lines('GET / HTTP/1.1', 'Host: x', `${'C'.repeat(1_000_000)}: x`),
      lines('GET / HTTP/1.1', 'Host: x', ...Array<string>(20_000).fill('a: b')),
      lines('GET / HTTP/1.1', 'Host: x', ...Array<string>(1500).fill('Countersign:')),
      lines(...getLines, ...Array<string>(10).fill(`Countersign: ${get}`)),
      lines('GET / HTTP/1.1', 'Host: x', `Countersign: ${Array<string>(10).fill(get).join(', ')}`),
      lines('GET / HTTP/1.1', 'Host: x', `Countersign: ${get.replace('~', '\r\n ~')}`),
      lines('GET / HTTP/1.1', 'Host: x', `Countersign: ${get}\0`),
      lines('GET / HTTP/1.1', 'Host: x', `Countersign: \xe4${get}`),
      lines(`GET /${'x'.repeat(1_000_000)} HTTP/1.1`, 'Host: x'),
      `${lines(...postLines, 'Content-Length: 1000000')}${'x'.repeat(1_000_000)}`,
      `${lines(...postLines, 'Transfer-Encoding: chunked')}${'1\r\nx\r\n'.repeat(20_000)}0\r\n\r\n`,
      `${lines(...postLines, 'Transfer-Encoding: chunked')}fffffffffffffffff\r\n`,
      `${lines(...postLines, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      `${lines(...postLines, 'Content-Length: 5')}hel`,
      lines(...getLines).repeat(200),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\r\n'.repeat(500_000),
      '\0'.repeat(100_000),
      '',
    ],
    milliseconds: 50,
    isLawful: outcome => outcome.split(' ').every(status => status === 'closed' || STATUSES.has(Number(status))),
    attempt: async input => toTrial(await converse(url, input), secrets),
    close: async () => {
      await loopback.close()
      await receiver.close()
    },
  }
}

/** Sends all of it, says that nothing follows, and reads to the end. */
function converse({ hostname, port }: URL, input: string): Promise<string> {
  return new Promise(resolve => {
    let received = ''
    const socket = connect({ host: hostname, port: Number(port) })
    socket.setEncoding('latin1')
    socket.on('data', chunk => {
      received += chunk
    })
    // Who was refused in the middle of a long request is cut off.
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(received))
    socket.end(Buffer.from(input, 'latin1'))
  })
}

function toTrial(received: string, secrets: readonly string[]): Trial {
  const statuses = [...received.matchAll(/(?<=^|\n|\})HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)
  const outcome = [...new Set(statuses.filter(status => status !== '100'))].join(' ') || 'closed'
  return { outcome, shown: [received], secrets }
}
