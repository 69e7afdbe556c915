import { expect } from 'chai'
import type { Service } from '../../lib/index.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { FETCHES } from './fetches.js'
import { Loopback } from './loopback.js'
import { bindingOf, headerOf, newestHeader, RecordingServer } from './recording-server.js'
import { ServiceParty } from './service-party.js'

const CALL = { audience: 'cart', operation: 'checkout', job: true } as const

for (const { name, fetch } of FETCHES) {
  describe(`fetch through ${name}`, () => {
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

    describe('signs the body that it sends', () => {
      const bytes = Uint8Array.from({ length: 64 }, (_, at) => at * 5)
      const bodies: readonly (readonly [string, unknown, Uint8Array | string, string | undefined])[] = [
        ['a text', '{"sku":7}', '{"sku":7}', 'text/plain;charset=UTF-8'],
        ['a text beyond ASCII', 'Grüße, 世界 🛒', 'Grüße, 世界 🛒', 'text/plain;charset=UTF-8'],
        ['a text with a lone surrogate', 'a\ud800b', 'a\ufffdb', 'text/plain;charset=UTF-8'],
        ['an empty text', '', '', 'text/plain;charset=UTF-8'],
        ['a Buffer', Buffer.from('bytes'), 'bytes', undefined],
        ['an empty Buffer', Buffer.alloc(0), '', undefined],
        ['a view with an offset', bytes.subarray(3, 9), bytes.slice(3, 9), undefined],
        ['a view of wider elements', new Uint16Array(bytes.buffer, 2, 3), bytes.slice(2, 8), undefined],
        ['a DataView', new DataView(bytes.buffer, 1, 2), bytes.slice(1, 3), undefined],
        ['an ArrayBuffer', bytes.buffer, bytes, undefined],
        ['a shared view', new Uint8Array(new SharedArrayBuffer(3)).fill(7), Uint8Array.of(7, 7, 7), undefined],
        [
          'URLSearchParams',
          new URLSearchParams({ q: 'ä b&c' }),
          'q=%C3%A4+b%26c',
          'application/x-www-form-urlencoded;charset=UTF-8',
        ],
      ]
      for (const [title, body, sent, contentType] of bodies) {
        it(`${title}`, async () => {
          await shop.fetch(url, { ...CALL, method: 'POST', body })
          const request = recorder.take()
          const { found, expected } = bindingOf(request)
          expect(request.body.equals(Buffer.from(sent as string))).to.equal(true)
          expect(found).to.deep.equal(expected)
          expect(headerOf(request, 'content-type')).to.equal(contentType)
        })
      }

      it('and none, in a GET and in a POST', async () => {
        for (const init of [{}, { body: null }, { method: 'POST' }, { method: 'DELETE', body: undefined }]) {
          await shop.fetch(url, { ...CALL, ...init })
          const request = recorder.take()
          const { found, expected } = bindingOf(request)
          expect(request.body).to.have.length(0)
          expect(found).to.deep.equal(expected)
        }
      })

      it('as it was when fetch was called, whatever its caller does to it then', async () => {
        const body = Buffer.from('before')
        const sent = shop.fetch(url, { ...CALL, method: 'POST', body })
        body.fill('x')
        await sent
        const request = recorder.take()
        expect(String(request.body)).to.equal('before')
        expect(bindingOf(request).found).to.deep.equal(bindingOf(request).expected)
      })

      it("and keeps the caller's own content type", async () => {
        await shop.fetch(url, { ...CALL, method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })
        expect(headerOf(recorder.take(), 'content-type')).to.equal('application/json')
      })
    })

    describe('signs the target that it sends', () => {
      const targets: readonly (readonly [string, string])[] = [
        ['', '/'],
        ['/', '/'],
        ['/a/b?c=d&c=e', '/a/b?c=d&c=e'],
        ['/a?', '/a'],
        ['/?', '/'],
        ['/a?#f', '/a'],
        ['/a??', '/a??'],
        ['/a#fragment?x', '/a'],
        ['/a/../b/./c', '/b/c'],
        ['/a/%2e%2e/b', '/b'],
        ['/a/%2E./b', '/b'],
        ['/a/..%2fb', '/a/..%2fb'],
        ['/../../etc', '/etc'],
        ['//evil.example/x', '//evil.example/x'],
        ['/a//b', '/a//b'],
        ['/a b?c d', '/a%20b?c%20d'],
        ['/ä/世?ü=ß', '/%C3%A4/%E4%B8%96?%C3%BC=%C3%9F'],
        ['/a\\b', '/a/b'],
        ['/a\tb\n', '/ab'],
        ["/'quotes'?'q'", "/'quotes'?%27q%27"],
        ['/a;b=c,d:e@f', '/a;b=c,d:e@f'],
        ['/%zz', '/%zz'],
      ]
      for (const [written, sent] of targets) {
        it(`${JSON.stringify(written)} as ${sent}`, async () => {
          await shop.fetch(`${url}${written}`, CALL)
          const request = recorder.take()
          expect(request.target).to.equal(sent)
          expect(bindingOf(request).found).to.deep.equal(bindingOf(request).expected)
        })
      }

      it('from a URL object, as it was when fetch was called', async () => {
        const destination = new URL('/first', url)
        const sent = shop.fetch(destination, CALL)
        destination.pathname = '/second'
        await sent
        expect(recorder.take().target).to.equal('/first')
      })
    })

    describe('signs the method that it sends', () => {
      for (const method of ['GET', 'get', 'post', 'Delete', 'PATCH', 'patch', 'Put', 'PURGE', 'purge']) {
        it(`${method} in upper case`, async () => {
          await shop.fetch(url, { ...CALL, method })
          const request = recorder.take()
          expect(request.method).to.equal(method.toUpperCase())
          expect(bindingOf(request).found).to.deep.equal(bindingOf(request).expected)
        })
      }

      for (const method of ['', ' ', 'GET /admin', 'GET\r\nX: y', 'PO\u017fT', 7]) {
        it(`and refuses ${JSON.stringify(method)} with ERR_OPTION`, async () => {
          expect(await refusalOf(() => shop.fetch(url, { ...CALL, method: method as string }))).to.equal('ERR_OPTION')
          expect(recorder.requests).to.deep.equal([])
        })
      }
    })

    describe('sends the headers that its caller gives', () => {
      const forms: readonly (readonly [string, never])[] = [
        ['an object', { 'X-Trace': '7' } as never],
        ['a list of pairs', [['x-trace', '7']] as never],
        ['Headers', new Headers({ 'x-trace': '7' }) as never],
        ['a Map', new Map([['X-TRACE', '7']]) as never],
      ]
      for (const [title, headers] of forms) {
        it(`from ${title}, and the presentation in one line`, async () => {
          await shop.fetch(url, { ...CALL, headers })
          const request = recorder.take()
          expect(headerOf(request, 'x-trace')).to.equal('7')
          expect(headerOf(request, 'countersign')).to.match(/^[\w-]{22}~[\w-]+\.\.[\w-]+$/)
          expect(newestHeader(request)).to.include({ iss: 'shop', aud: 'cart', op: 'checkout' })
        })
      }

      const fields = ['Countersign', 'countersign', 'COUNTERSIGN', 'cOuntersign']
      for (const field of fields) {
        it(`but no ${field}: ERR_OPTION`, async () => {
          const inits = [{ [field]: 'x' }, [[field, 'x']], new Headers([[field, 'x']]), [[field, '']]]
          for (const headers of inits) {
            expect(await refusalOf(() => shop.fetch(url, { ...CALL, headers: headers as never }))).to.equal(
              'ERR_OPTION',
            )
          }
          expect(recorder.requests).to.deep.equal([])
        })
      }

      for (const headers of [{ 'bad name': 'x' }, { a: 'x\r\nCountersign: y' }, [['a']], 7, { a: 'ſ世' }]) {
        it(`and refuses ${JSON.stringify(headers)} with ERR_OPTION`, async () => {
          const error = await errorOf(() => shop.fetch(url, { ...CALL, headers: headers as never }))
          expect(error).to.include({ code: 'ERR_OPTION' })
          expect(error.message).not.to.contain('x\r\n')
        })
      }

      for (const field of [
        'Host',
        'Content-Length',
        'Transfer-Encoding',
        'Connection',
        'Trailer',
        'Upgrade',
        'Expect',
        'TE',
      ]) {
        it(`and not ${field}, which says where the request ends or goes: ERR_OPTION`, async () => {
          const headers = { [field]: 'x' }
          expect(await refusalOf(() => shop.fetch(url, { ...CALL, method: 'POST', body: 'x', headers }))).to.equal(
            'ERR_OPTION',
          )
          expect(recorder.requests).to.deep.equal([])
        })
      }

      it("without changing the caller's options", async () => {
        const headers = Object.freeze({ a: 'b' })
        const options = Object.freeze({ ...CALL, method: 'post', body: 'x', headers, signal: null })
        await shop.fetch(url, options)
        recorder.take()
        expect(options).to.deep.equal({ ...CALL, method: 'post', body: 'x', headers: { a: 'b' }, signal: null })
      })
    })

    it('passes a signal on', async () => {
      const controller = new AbortController()
      controller.abort()
      const error = await errorOf(() => shop.fetch(url, { ...CALL, signal: controller.signal }))
      expect(error.name).to.equal('AbortError')
      expect(recorder.requests).to.deep.equal([])
    })

    it('signs each call anew, so that no two present the same', async () => {
      await shop.fetch(url, CALL)
      const first = newestHeader(recorder.take())
      await shop.fetch(url, CALL)
      expect(newestHeader(recorder.take()).jti).not.to.equal(first.jti)
    })
  })
}
