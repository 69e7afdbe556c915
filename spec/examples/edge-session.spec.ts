import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { type Run, refusalsIn, runExample } from './run-example.js'

describe('examples/edge-session', function () {
  this.timeout(80_000)
  let run: Run

  /** The lines below a heading. */
  const below = (heading: string): readonly string[] => {
    const start = run.lines.indexOf(heading) + 1
    const end = run.lines.findIndex((line, index) => index >= start && !line.startsWith('  '))
    return start === 0 ? [] : run.lines.slice(start, end < 0 ? undefined : end).map(line => line.trim())
  }

  before(async () => {
    run = await runExample('edge-session')
  })

  it('ends by itself, well', () => {
    expect(run.status, run.stderr).to.equal(0)
  })

  it('lets nobody in who has not logged in', () => {
    expect(below('before she logs in')).to.deep.equal(['alice buys: 401', 'a login that nobody began: 400'])
  })

  it('logs in who began to, and begins a chain with the token in the session', () => {
    expect(below('alice logs in')).to.deep.equal([
      'her answer, with another state: 400',
      "her answer, in a thief's browser: 400",
      'her answer, in her own: true',
      'alice buys. inventory knows: cart < shop, for alice (shop.user)',
    ])
  })

  it('has another cookie for each login, and takes none from another site', () => {
    expect(below('her cookie')).to.deep.equal([
      'is another one when she logs in again: true',
      'the former one buys: 401',
      'another site has her browser buy: 403',
    ])
  })

  it('refreshes a token that would end too early, once for all requests', () => {
    expect(below('her token comes near its end')).to.deep.equal([
      'alice buys twice at once, with another token: true',
      'tokens were refreshed so many times: 1',
    ])
  })

  it('sends no cookie on, and nothing that inventory received invokes anything', () => {
    expect(below('on the wire')).to.deep.equal([
      'her cookie, seen by shop: true',
      'her cookie, seen by cart or inventory: false',
      'any cookie at all, there: false',
      'a thief sends the same to inventory again: 401',
      'a thief sends the chain in it to cart: 401',
      'a thief sends the token in it to shop: 401',
      'a thief sends the token in it as a cookie: 401',
    ])
    const refusals = refusalsIn(run).join('\n')
    expect(refusals).to.contain('inventory refused `commit`: ERR_PRESENTATION_REPLAYED')
    expect(refusals).to.contain('cart refused `checkout`: ERR_SEAL_BROKEN')
  })

  it('logs out here and at the authorization server', () => {
    expect(below('alice logs out')).to.deep.equal([
      'at the authorization server her grant is revoked: true',
      'alice is back: true',
      'and her session there ended: true',
      'alice buys: 401',
      'with the cookie that she had: 401',
      'who logs in again is asked for a password: true',
    ])
  })

  it('says nothing on standard error but why it refused', () => {
    const others = run.stderr
      .trimEnd()
      .split('\n')
      .filter(line => !refusalsIn(run).includes(line))
    expect(others).to.deep.equal(['shop: a login was refused: OAUTH_INVALID_RESPONSE'])
    expect(run.stderr).not.to.match(/ey[\w-]{20,}|~/)
  })

  describe('that is kept up', () => {
    let served: ChildProcess

    before(() => {
      const args = ['--import', 'tsx', 'examples/edge-session/main.ts', '--serve']
      served = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    })
    after(async () => {
      const ended = once(served, 'exit')
      served.kill()
      await ended
    })

    it('has a page for those who come, and a cookie that scripts and other sites do not get', async () => {
      const [said] = await once(served.stdout ?? served, 'data')
      const [url = ''] = /http:\S+/.exec(String(said)) ?? []
      const home = await fetch(url)
      expect(await home.text()).to.contain('<a href="/login">')
      expect(home.headers.get('cache-control')).to.equal('no-store')
      const login = await fetch(`${url}/login`, { redirect: 'manual' })
      expect(login.status).to.equal(302)
      expect(login.headers.getSetCookie()[0]).to.match(/^login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
      const asked = new URL(login.headers.get('location') ?? '').searchParams
      expect(asked.get('code_challenge_method')).to.equal('S256')
      expect(asked.get('state')).to.match(/^[\w-]{43}$/)
      expect(asked.get('nonce')).to.match(/^[\w-]{43}$/)
    })
  })
})

describe('the session cookie of examples/edge-session', () => {
  it('is kept from connections that are not encrypted, wherever there are encrypted ones', async () => {
    const { CookieStore } = await import('../../examples/edge-session/cookie-store.js')
    const cookies: unknown[][] = []
    const response = { cookie: (...cookie: unknown[]) => cookies.push(cookie) }
    const store = new CookieStore<string>({ name: 'session', seconds: 60, secure: true })
    const request = { headers: {} } as Parameters<typeof store.find>[0]
    store.put(request, response as unknown as Parameters<typeof store.put>[1], 'alice')
    const [[name, id, attributes] = []] = cookies
    expect(name).to.equal('__Host-session')
    expect(attributes).to.deep.equal({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' })
    const again = { headers: { cookie: `theme=dark; __Host-session=${id}` } } as typeof request
    expect(store.find(again)).to.equal('alice')
    expect(store.find({ headers: { cookie: `session=${id}` } } as typeof request)).to.equal(undefined)
  })
})
