import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_ZOOKEEPER_ANSWER_BYTES } from '../../../lib/limits/registries.js'
import { AnswerReader } from '../../../lib/registry/zookeeper/answer-reader.js'
import { JuteReader, JuteWriter } from '../../../lib/registry/zookeeper/jute.js'
import { ZooKeeperRegistry } from '../../../lib/registry/zookeeper/zookeeper-registry.js'
import { errorOf } from '../../jws/refusal.js'
import { makePublication } from '../signed-text.js'

const framed = (bytes: Buffer) => new JuteWriter().buffer(bytes).bytes()

describe('answer reader', () => {
  it('finds the same answers however the bytes are cut', () => {
    const texts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 })
    fc.assert(
      fc.property(texts, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (expected, cuts) => {
        const stream = Buffer.concat(expected.map(bytes => framed(Buffer.from(bytes))))
        const reader = new AnswerReader()
        const found: Buffer[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1
          found.push(...reader.read(stream.subarray(at, at + size)).map(({ bytes }) => bytes))
          at += size
        }
        expect(found.map(bytes => [...bytes])).to.deep.equal(expected.map(bytes => [...bytes]))
      }),
    )
  })

  it('keeps the head of an answer that is too long, throws the rest away, and goes on behind it', () => {
    const long = Buffer.alloc(MAX_ZOOKEEPER_ANSWER_BYTES + 1, 7)
    const stream = Buffer.concat([framed(long), framed(Buffer.from('next'))])
    for (const size of [1000, 65_536, stream.length]) {
      const reader = new AnswerReader()
      const found: (readonly [string, boolean])[] = []
      for (let at = 0; at < stream.length; at += size) {
        for (const { bytes, isCut } of reader.read(stream.subarray(at, at + size)))
          found.push([bytes.toString(), isCut])
      }
      expect(found).to.deep.equal([
        ['\u0007'.repeat(16), true],
        ['next', false],
      ])
    }
  })
})

describe('jute reader', () => {
  it('refuses a text, a buffer and a list that are longer than what there is', () => {
    for (const length of [5, 0x7fffffff]) {
      const bytes = new JuteWriter().int(length).bool(true).bytes()
      expect(() => new JuteReader(bytes).text()).to.throw('the answer ends too soon')
      expect(() => new JuteReader(bytes).list(() => new JuteReader(bytes).long())).to.throw('the answer ends too soon')
    }
  })

  it('reads nothing where the length is negative', () => {
    expect(new JuteReader(new JuteWriter().int(-1).bytes()).text()).to.equal('')
    expect(new JuteReader(new JuteWriter().int(-5).bytes()).list(() => 1)).to.deep.equal([])
  })
})

describe('ZooKeeperRegistry, before a server of ill will', function () {
  this.timeout(30_000)
  this.slow(10_000)

  const welcome = framed(new JuteWriter().int(0).int(15_000).long(1n).buffer(Buffer.alloc(16)).bool(false).bytes())
  const answer = (xid: number, error: number, rest = Buffer.alloc(0)) =>
    framed(Buffer.concat([new JuteWriter().int(xid).long(1n).int(error).bytes(), rest]))
  const servers: Server[] = []

  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  /** Answers the first message with one text and each later one with another, whatever it says. */
  async function begin(first: Buffer, later: Buffer): Promise<ZooKeeperRegistry> {
    const server = createServer((socket: Socket) => {
      let isFirst = true
      socket.on('error', () => undefined)
      socket.on('data', () => {
        socket.write(isFirst ? first : later)
        isFirst = false
      })
    })
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return new ZooKeeperRegistry({ servers: [`127.0.0.1:${(server.address() as AddressInfo).port}`] })
  }

  const hostile: Readonly<Record<string, readonly [first: Buffer, later: Buffer, message: RegExp]>> = {
    'a session without time': [framed(Buffer.alloc(40)), welcome, /SESSION_EXPIRED/],
    'a welcome that is cut short': [framed(Buffer.alloc(6)), welcome, /ends too soon/],
    'HTTP instead of a welcome': [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), welcome, /no answer within|ends/],
    'an answer of negative length': [welcome, Buffer.from('ffffffff', 'hex'), /negative length/],
    'an answer to another question': [welcome, answer(77, 0), /another question/],
    'an error that nobody knows': [welcome, Buffer.concat([answer(1, -999), answer(2, -999)]), /ERROR_999/],
    'an error of the quota': [welcome, Buffer.concat([answer(1, -125), answer(2, -125)]), /QUOTA_EXCEEDED/],
    'an answer without its body': [welcome, Buffer.concat([answer(1, 0), answer(2, 0)]), /ends too soon/],
    'a notification that is cut short': [welcome, answer(-1, 0), /ends too soon/],
  }
  for (const [what, [first, later, message]] of Object.entries(hostile)) {
    it(`fails at ${what}, and goes on living`, async () => {
      const registry = await begin(first, later)
      const { kid } = await makePublication('cart')
      expect((await errorOf(() => registry.find('cart', kid))).message).to.match(message)
      await registry.close()
    })
  }
})
