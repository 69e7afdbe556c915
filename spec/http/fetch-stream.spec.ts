import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { Blob as ForeignBlob, FormData as ForeignFormData } from 'node-fetch'
import type { Service } from '../../lib/index.js'
import { MAX_BODY_BYTES } from '../../lib/limits/requests.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { FETCHES } from './fetches.js'
import { Loopback } from './loopback.js'
import { bindingOf, headerOf, newestHeader, type RecordedRequest, RecordingServer } from './recording-server.js'
import { ServiceParty } from './service-party.js'

const POST = { audience: 'cart', operation: 'upload', job: true, method: 'POST' } as const
const HERE = fileURLToPath(import.meta.url)

async function* texts(): AsyncGenerator<string> {
  yield 'first, '
  yield 'then this'
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(9)
  // The same memory twice, as some producers do.
  yield chunk.fill('a')
  yield chunk.fill('b')
}

function form<T extends { append(name: string, value: never, fileName?: string): void }>(data: T, file: unknown): T {
  data.append('sku', '7' as never)
  data.append('picture', file as never, 'a.png')
  return data
}

/** What a body must arrive as. */
type Arrival = (request: RecordedRequest) => void

const arrivesAs =
  (text: string, type?: string): Arrival =>
  request => {
    expect(String(request.body)).to.equal(text)
    expect(headerOf(request, 'content-type')).to.equal(type)
  }
const arrivesAsForm: Arrival = request => {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headerOf(request, 'content-type') ?? '')?.[1]
  const body = String(request.body)
  expect(boundary).to.be.a('string')
  expect(body.startsWith(`--${boundary}\r\n`)).to.equal(true)
  expect(body).to.contain('name="sku"\r\n\r\n7\r\n')
  expect(body).to.match(/name="picture"; filename="a.png"\r\nContent-Type: image\/png\r\n\r\npixels\r\n/)
}

const STREAMS: readonly (readonly [string, () => unknown, Arrival])[] = [
  ['a Blob', () => new Blob(['pixels'], { type: 'image/png' }), arrivesAs('pixels', 'image/png')],
  ['a Blob without a type', () => new Blob(['pixels']), arrivesAs('pixels')],
  ["node-fetch's Blob", () => new ForeignBlob(['pixels'], { type: 'image/png' }), arrivesAs('pixels', 'image/png')],
  ['FormData', () => form(new FormData(), new Blob(['pixels'], { type: 'image/png' })), arrivesAsForm],
  [
    "node-fetch's FormData",
    () => form(new ForeignFormData(), new ForeignBlob(['pixels'], { type: 'image/png' })),
    arrivesAsForm,
  ],
  ['a stream of the web', () => new Blob(['pixels']).stream(), arrivesAs('pixels')],
  ['a stream of node', () => Readable.from([Buffer.from('pix'), Buffer.from('els')]), arrivesAs('pixels')],
  ['a stream of texts', () => Readable.from(['pix', 'els']), arrivesAs('pixels')],
  ['a stream with empty chunks', () => Readable.from(['', 'pix', Buffer.alloc(0), 'els', '']), arrivesAs('pixels')],
  ['a stream with nothing in it', () => Readable.from([]), arrivesAs('')],
  ['an iteration of texts', texts, arrivesAs('first, then this')],
  ['an iteration of bytes that are used again', bytes, arrivesAs('aaaaaaaaabbbbbbbbb')],
]

for (const { name, fetch } of FETCHES) {
  describe(`a streamed body through ${name}`, () => {
    const party = new ServiceParty()
    const loopback = new Loopback()
    const recorder = new RecordingServer()
    let shop: Service
    let url: string

    before(async () => {
      shop = await party.start('shop', { fetch })
      url = await loopback.listen(recorder.server)
    })
    after(() => Promise.all([party.stop(), loopback.close()]))
    afterEach(() => expect(recorder.requests).to.deep.equal([]))

    for (const [title, body, arrives] of STREAMS) {
      it(`is refused unless its caller chooses, with ERR_BODY_STREAMED: ${title}`, async () => {
        for (const streams of [undefined, 'refuse'] as const) {
          const sent = () => shop.fetch(url, { ...POST, body: body(), streams })
          expect(await refusalOf(sent)).to.equal('ERR_BODY_STREAMED')
        }
      })

      it(`is read and bound whole where it is buffered: ${title}`, async () => {
        await shop.fetch(url, { ...POST, body: body(), streams: 'buffer' })
        const request = recorder.take()
        arrives(request)
        expect(newestHeader(request)).to.have.property('req')
        expect(bindingOf(request).found).to.deep.equal(bindingOf(request).expected)
      })

      it(`is sent as it comes, with method and target bound, under tgt: ${title}`, async () => {
        await shop.fetch(`${url}/u?p=1`, { ...POST, body: body(), streams: 'tgt' })
        const request = recorder.take()
        arrives(request)
        expect(newestHeader(request)).to.have.property('tgt')
        expect(bindingOf(request).found).to.deep.equal(bindingOf(request).expected)
      })
    }

    it('is a file, too', async () => {
      for (const streams of ['buffer', 'tgt'] as const) {
        await shop.fetch(url, { ...POST, body: createReadStream(HERE), streams })
        expect(String(recorder.take().body)).to.contain('is a file, too')
      }
    })

    it("keeps the caller's own content type", async () => {
      const body = new Blob(['x'], { type: 'image/png' })
      for (const streams of ['buffer', 'tgt'] as const) {
        await shop.fetch(url, { ...POST, body, streams, headers: { 'content-type': 'image/webp' } })
        expect(headerOf(recorder.take(), 'content-type')).to.equal('image/webp')
      }
    })

    const spent: readonly (readonly [string, () => Promise<unknown>])[] = [
      [
        'a stream of node that was read to its end',
        async () => {
          const stream = Readable.from(['a'])
          for await (const _ of stream);
          return stream
        },
      ],
      [
        'a stream of node of which something was read',
        async () => {
          const stream = new PassThrough()
          stream.write('abc')
          await new Promise(resolve => stream.once('data', resolve))
          stream.pause()
          return stream
        },
      ],
      ['a stream of node that was destroyed', async () => new PassThrough().destroy()],
      [
        'a stream of the web that was read to its end',
        async () => {
          const { body } = new Response('a')
          const reader = body?.getReader()
          while (!(await reader?.read())?.done);
          reader?.releaseLock()
          return body
        },
      ],
      [
        'a stream of the web that somebody else reads',
        async () => {
          const { body } = new Response('a')
          body?.getReader()
          return body
        },
      ],
    ]
    for (const [title, body] of spent) {
      it(`is refused where it was read before, with ERR_BODY_CONSUMED: ${title}`, async () => {
        for (const streams of ['buffer', 'tgt'] as const) {
          const spentBody = await body()
          expect(await refusalOf(() => shop.fetch(url, { ...POST, body: spentBody, streams }))).to.equal(
            'ERR_BODY_CONSUMED',
          )
        }
      })
    }

    it('is buffered up to the limit and not further: ERR_BODY_TOO_LARGE', async () => {
      await shop.fetch(url, { ...POST, body: Readable.from([Buffer.alloc(MAX_BODY_BYTES)]), streams: 'buffer' })
      expect(recorder.take().body).to.have.length(MAX_BODY_BYTES)
      const endless = Readable.from(
        (function* () {
          for (;;) yield Buffer.alloc(65_536)
        })(),
      )
      expect(await refusalOf(() => shop.fetch(url, { ...POST, body: endless, streams: 'buffer' }))).to.equal(
        'ERR_BODY_TOO_LARGE',
      )
      expect(endless.destroyed).to.equal(true)
    })

    it('is not read where the call fails for another reason', async () => {
      const body = Readable.from(['a'])
      const attempts = [
        { ...POST, audience: 'Not A Name' },
        { ...POST, lifetimeSeconds: 0 },
        { ...POST, method: 'not a method' },
        { ...POST, headers: { countersign: 'x' } },
        { audience: 'cart', operation: 'upload', method: 'POST' },
      ]
      for (const attempt of attempts) await errorOf(() => shop.fetch(url, { ...attempt, body, streams: 'buffer' }))
      expect(body.readableDidRead).to.equal(false)
    })

    it('fails with its own error', async () => {
      const failing = () =>
        Readable.from(
          (function* () {
            yield 'a'
            throw new Error('the disk is gone')
          })(),
        )
      const buffered = await errorOf(() => shop.fetch(url, { ...POST, body: failing(), streams: 'buffer' }))
      expect(buffered.message).to.equal('the disk is gone')
      await errorOf(() => shop.fetch(url, { ...POST, body: failing(), streams: 'tgt' }))
    })

    it('of something that is neither bytes nor text is refused, not written out', async () => {
      const objects = () => Readable.from([{ sku: 7 }])
      expect(await refusalOf(() => shop.fetch(url, { ...POST, body: objects(), streams: 'buffer' }))).to.equal(
        'ERR_OPTION',
      )
      await errorOf(() => shop.fetch(url, { ...POST, body: objects(), streams: 'tgt' }))
    })

    const foreign: readonly (readonly [string, unknown])[] = [
      ['an object', { sku: 7 }],
      ['a list', ['a']],
      ['a number', 7],
      ['true', true],
      ['a function', () => 'x'],
      ['a symbol', Symbol('x')],
      ['a date', new Date(0)],
      ['a boxed text', Object('x')],
      ['a map', new Map()],
      ['an object without a prototype', Object.create(null)],
      ['an object that says it can be iterated', { [Symbol.asyncIterator]: true }],
      ['an iterable that is not asynchronous', new Set(['a'])],
    ]
    for (const [title, body] of foreign) {
      it(`is not ${title}: ERR_OPTION`, async () => {
        for (const streams of ['refuse', 'buffer', 'tgt'] as const) {
          expect(await refusalOf(() => shop.fetch(url, { ...POST, body, streams }))).to.equal('ERR_OPTION')
        }
      })
    }

    it('is treated in one of three ways, with a body that is no stream too: ERR_OPTION', async () => {
      for (const streams of ['', 'Buffer', true, null]) {
        const sent = () => shop.fetch(url, { ...POST, body: 'x', streams: streams as never })
        expect(await refusalOf(sent)).to.equal('ERR_OPTION')
      }
    })
  })
}

describe('a body that is buffered', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  after(() => Promise.all([party.stop(), loopback.close()]))

  it("keeps to the service's own limit", async () => {
    const recorder = new RecordingServer()
    const shop = await party.start('shop', { limits: { bodyBytes: 4 } })
    const url = await loopback.listen(recorder.server)
    await shop.fetch(url, { ...POST, body: Readable.from(['four']), streams: 'buffer' })
    expect(String(recorder.take().body)).to.equal('four')
    const sent = () => shop.fetch(url, { ...POST, body: Readable.from(['five!']), streams: 'buffer' })
    expect(await refusalOf(sent)).to.equal('ERR_BODY_TOO_LARGE')
  })

  it('is signed at the end of the reading, not at its beginning', async () => {
    let time = 1_800_000_000
    const recorder = new RecordingServer()
    const shop = await party.start('shop', { clock: () => time })
    const url = await loopback.listen(recorder.server)
    const slow = async function* () {
      yield 'a'
      time += 200
    }
    await shop.fetch(url, { ...POST, body: slow(), streams: 'buffer' })
    expect(newestHeader(recorder.take())).to.include({ iat: 1_800_000_200 })
  })
})
