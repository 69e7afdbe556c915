import { expect } from 'chai'
import type { Service } from '../../lib/index.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { FETCHES } from './fetches.js'
import { Loopback } from './loopback.js'
import { headerOf, RecordingServer } from './recording-server.js'
import { ServiceParty } from './service-party.js'

const CALL = { audience: 'inventory', operation: 'commit', job: true } as const

for (const { name, fetch } of FETCHES) {
  describe(`a redirect through ${name}`, () => {
    const party = new ServiceParty()
    const loopback = new Loopback()
    const recorder = new RecordingServer()
    const elsewhere = new RecordingServer()
    let shop: Service
    let url: string
    let elsewhereUrl: string

    before(async () => {
      shop = await party.start('shop', { fetch })
      url = await loopback.listen(recorder.server)
      elsewhereUrl = await loopback.listen(elsewhere.server)
    })
    after(() => Promise.all([party.stop(), loopback.close()]))

    for (const status of [301, 302, 303, 307, 308]) {
      it(`with ${status} is handed to the caller and never followed`, async () => {
        for (const location of [
          `${elsewhereUrl}/there`,
          `${url}/there`,
          '/there',
          'data:text/plain,there',
          'file:///etc',
        ]) {
          recorder.answer = `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
          const response = await shop.fetch(`${url}/here`, { ...CALL, method: 'POST', body: 'x' })
          expect(response.status).to.equal(status)
          expect(response.headers.get('location')).to.be.a('string')
          expect(recorder.take().target).to.equal('/here')
          expect(elsewhere.requests).to.deep.equal([])
        }
      })
    }

    it('cannot be asked for: ERR_OPTION', async () => {
      for (const redirect of ['follow', 'error', '', null]) {
        const sent = () => shop.fetch(url, { ...CALL, redirect: redirect as never })
        expect(await refusalOf(sent)).to.equal('ERR_OPTION')
      }
      expect(recorder.requests).to.deep.equal([])
    })

    it('has no options of its own: ERR_OPTION, as every member that is not known, so that a slip is not a default', async () => {
      for (const slip of [{ follow: 20 }, { jobs: true }, { usrClaims: {} }, { lifetimeSecond: 2 }]) {
        expect(await refusalOf(() => shop.fetch(url, { ...CALL, ...slip }))).to.equal('ERR_OPTION')
      }
      expect(recorder.requests).to.deep.equal([])
    })

    it('is not followed either where the caller says so himself', async () => {
      recorder.answer = `HTTP/1.1 307 Moved\r\nLocation: ${elsewhereUrl}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
      const response = await shop.fetch(url, { ...CALL, redirect: 'manual' })
      expect(response.status).to.equal(307)
      recorder.take()
      expect(elsewhere.requests).to.deep.equal([])
    })
  })
}

describe('destinations', () => {
  const party = new ServiceParty()
  const loopback = new Loopback()
  const recorder = new RecordingServer()
  const other = new RecordingServer()
  let shop: Service
  let origin: string
  let otherOrigin: string

  before(async () => {
    origin = await loopback.listen(recorder.server)
    otherOrigin = await loopback.listen(other.server)
    shop = await party.start('shop', {
      destinations: {
        inventory: `${origin}/inventory`,
        slash: `${origin}/inventory/`,
        root: origin,
        named: 'http://inventory.internal',
      },
    })
  })
  after(() => Promise.all([party.stop(), loopback.close()]))
  afterEach(() => {
    expect(recorder.requests).to.deep.equal([])
    expect(other.requests).to.deep.equal([])
  })

  const code = (url: string | URL, audience = 'inventory') => refusalOf(() => shop.fetch(url, { ...CALL, audience }))

  for (const path of [
    '/inventory',
    '/inventory/',
    '/inventory/a',
    '/inventory?x=/admin',
    '/inventory/a/../b',
    '/x/../inventory',
  ]) {
    it(`let a call go at or below the configured path: ${path}`, async () => {
      await shop.fetch(`${origin}${path}`, CALL)
      await shop.fetch(`${origin}${path}`, { ...CALL, audience: 'root' })
      expect(recorder.requests.splice(0)).to.have.length(2)
    })
  }

  it('take a configured path with a slash behind it for the same', async () => {
    await shop.fetch(`${origin}/inventory`, { ...CALL, audience: 'slash' })
    expect(headerOf(recorder.take(), 'countersign')).to.be.a('string')
  })

  const paths = [
    '',
    '/',
    '/inventory2',
    '/inventor',
    '/Inventory',
    '/inventory/../admin',
    '/inventory/%2e%2e/admin',
    '/inventory/.%2E/admin',
    '/inventory/..%2fadmin',
    '/inventory/%2e%2e%2Fadmin',
    '/inventory/..%5cadmin',
    '/inventory/..\\admin',
    '/inventory/..;/admin',
    '/inventory/..;x=1/admin',
    '/inventory/%2e.%3b/admin',
    '/inventory/a%2f..%2f..%2fadmin',
    '//inventory/a',
    '/%69nventory',
    '/admin?/inventory/',
    '/admin#/inventory/',
  ]
  for (const path of paths) {
    it(`refuse what is beside it with ERR_DESTINATION_REFUSED: ${path}`, async () => {
      expect(await code(`${origin}${path}`)).to.equal('ERR_DESTINATION_REFUSED')
    })
  }

  it('refuse another port, another host, another scheme and a host that only looks alike with ERR_DESTINATION_REFUSED', async () => {
    const port = new URL(origin).port
    const urls = [
      `${otherOrigin}/inventory`,
      `http://localhost:${port}/inventory`,
      `https://127.0.0.1:${port}/inventory`,
      `http://127.0.0.1.evil.example:${port}/inventory`,
      `http://[::1]:${port}/inventory`,
      `http://127.0.0.1/inventory`,
    ]
    for (const url of urls) expect(await code(url), url).to.equal('ERR_DESTINATION_REFUSED')
    const named = ['http://inventory.internal.evil', 'http://inventory.internal.', 'http://inventory.internal:81']
    for (const url of [...named, 'http://inventory.internalevil', 'https://inventory.internal']) {
      expect(await code(url, 'named'), url).to.equal('ERR_DESTINATION_REFUSED')
    }
  })

  it('read a URL as it will be sent: a back slash ends the host, and what stands before an @ is credentials', async () => {
    const sent: string[] = []
    const cart = await party.start('cart', {
      destinations: { inventory: 'http://inventory.internal' },
      fetch: async url => {
        sent.push(url)
        return new Response()
      },
    })
    await cart.fetch('http://inventory.internal\\@evil', CALL)
    await cart.fetch('HTTP:\\\\INVENTORY.internal:80\\a', CALL)
    await cart.fetch('http:inventory.internal', CALL)
    expect(sent.splice(0)).to.deep.equal([
      'http://inventory.internal/@evil',
      'http://inventory.internal/a',
      'http://inventory.internal/',
    ])
    const refused = [
      'http://inventory.internal@evil',
      'http://inventory.internal:80@evil/',
      'http://evil#@inventory.internal',
    ]
    for (const url of [...refused, 'http://evil?@inventory.internal', 'http://evil\\@inventory.internal']) {
      expect(await refusalOf(() => cart.fetch(url, CALL)), url).to.be.oneOf(['ERR_OPTION', 'ERR_DESTINATION_REFUSED'])
    }
    expect(sent).to.deep.equal([])
  })

  it('refuse an audience that is not in the map with ERR_DESTINATION_REFUSED, names of every object included', async () => {
    for (const audience of ['suppliers', 'constructor', 'tostring', 'inventory2']) {
      expect(await code(`${origin}/inventory`, audience), audience).to.equal('ERR_DESTINATION_REFUSED')
    }
    expect(await code(`${origin}/inventory`, '__proto__')).to.equal('ERR_OPTION')
  })

  it("do not quote the URL's path or query in the error", async () => {
    const error = await errorOf(() => shop.fetch(`${origin}/admin/secret-path?token=secret-query`, CALL))
    expect(error.message).not.to.match(/secret/)
  })

  const urls: readonly unknown[] = [
    '',
    '/relative',
    'inventory',
    'ftp://inventory.internal',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:alert(1)',
    'http://',
    'http://user@127.0.0.1/inventory',
    'http://user:pass@127.0.0.1/inventory',
    'http://:pass@127.0.0.1/inventory',
    new URL('http://user:pass@127.0.0.1'),
    undefined,
    null,
    7,
    {},
    { toString: () => 'http://127.0.0.1' },
    Object.create(null),
    Symbol('x'),
  ]
  for (const url of urls) {
    it(`are not asked where the URL is ${typeof url === 'object' ? JSON.stringify(url) : String(url)}: ERR_OPTION`, async () => {
      expect(await code(url as string)).to.equal('ERR_OPTION')
    })
  }

  it('need not be there: without a map a call goes wherever its URL says', async () => {
    const free = await party.start('free')
    await free.fetch(`${origin}/anything`, CALL)
    expect(recorder.take().target).to.equal('/anything')
  })
})
