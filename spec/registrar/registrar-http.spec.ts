import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { MemoryRegistry } from '../../lib/index.js'
import { callerAt } from '../../lib/registrar/caller-address.js'
import { delegate, startRegistrar } from '../../lib/registrar.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { asserted, makeAssertion } from './assertions.js'
import { makeKeyPair, makeRegistration, nowSeconds, RegistrarStage, send } from './registrar-stage.js'

const DAY = 86_400

/** An engine that answers when it is let. */
class HeldRegistry extends MemoryRegistry {
  publishing = 0
  #held: Promise<void> | undefined
  #release: () => void = () => undefined

  hold(): void {
    this.#held = new Promise(resolve => {
      this.#release = resolve
    })
  }

  release(): void {
    this.#held = undefined
    this.#release()
  }

  override async publish(publication: Parameters<MemoryRegistry['publish']>[0]): Promise<void> {
    this.publishing += 1
    await this.#held
    await super.publish(publication)
  }
}

class FailingRegistry extends MemoryRegistry {
  fails = false

  override async find(service: string, kid: string) {
    if (this.fails) throw new Error('secret: the password of the engine')
    return await super.find(service, kid)
  }

  override async publish(publication: Parameters<MemoryRegistry['publish']>[0]): Promise<void> {
    if (this.fails) throw new Error('secret: the password of the engine')
    await super.publish(publication)
  }
}

describe('a registrar over HTTP', function () {
  this.timeout(60_000)
  let stage: RegistrarStage

  beforeEach(async () => {
    stage = await RegistrarStage.prepare()
  })
  afterEach(() => stage.end())

  const prove = async (url: string, service: 'cart' | 'shop' = 'cart', audience = url) =>
    asserted(await makeAssertion(stage.proofs[service].signing, service, audience))
  const register = async (url: string, made: Awaited<ReturnType<typeof makeRegistration>>, place = made) =>
    await send(url, 'PUT', `/v1/registrations/${place.service}/${place.kid}`, {
      headers: await prove(url),
      body: made.registration,
    })

  describe('certifies', () => {
    it('what begins and ends in its own time, and refuses the rest (ERR_REGISTRATION_INVALID)', async () => {
      const { url } = await stage.start()
      const now = nowSeconds()
      const wrong: readonly (readonly [number, number])[] = [
        [now + 60, now + 600],
        [now + 60, now + DAY],
        [now - 600, now],
        [now - 7200, now - 3600],
      ]
      for (const [notBefore, expiresAt] of wrong) {
        const outcome = await register(url, await makeRegistration('cart', { notBefore, expiresAt }))
        expect(outcome).to.include({ status: 422, code: 'ERR_REGISTRATION_INVALID' })
      }
      const longest = { notBefore: now, expiresAt: now + DAY }
      expect(await register(url, await makeRegistration('cart', longest))).to.include({ status: 200 })
    })

    it('only what the key itself signed, for its place (ERR_REGISTRATION_INVALID, ERR_REGISTRATION_MISMATCH)', async () => {
      const { url } = await stage.start()
      const made = await makeRegistration('cart')
      const other = await makeRegistration('cart')
      const shop = await makeRegistration('shop')
      expect(await register(url, made, other)).to.include({ status: 422, code: 'ERR_REGISTRATION_MISMATCH' })
      expect(await register(url, shop, { ...shop, service: 'cart' })).to.include({
        status: 422,
        code: 'ERR_REGISTRATION_MISMATCH',
      })
      const [header, payload] = made.registration.split('.')
      const [, , signature] = other.registration.split('.')
      const forged = { ...made, registration: [header, payload, signature].join('.') }
      expect(await register(url, forged)).to.include({ status: 422, code: 'ERR_REGISTRATION_INVALID' })
      for (const registration of ['', 'x', '{}', 'a.b.c', `${made.registration}~${made.registration}`, '\u{1f600}']) {
        const outcome = await register(url, { ...made, registration })
        expect(outcome, registration).to.include({ status: 422, code: 'ERR_REGISTRATION_INVALID' })
      }
      expect(await stage.engine.list()).to.deep.equal([])
    })

    it('no certification, which would give it the weight of another registrar (ERR_REGISTRATION_INVALID)', async () => {
      const { url } = await stage.start()
      const made = await makeRegistration('cart')
      expect(await register(url, made)).to.include({ status: 200 })
      const certified = (await stage.engine.find('cart', made.kid))?.registration ?? ''
      expect(await register(url, { ...made, registration: certified })).to.include({ code: 'ERR_REGISTRATION_INVALID' })
    })

    it('never its own key for hops (ERR_REGISTRATION_INVALID)', async () => {
      const { url } = await stage.start()
      const made = await makeRegistration('cart', {}, stage.key.signing)
      expect(await register(url, made)).to.include({ status: 422, code: 'ERR_REGISTRATION_INVALID' })
    })
  })

  it('answers what it knows, and nothing else', async () => {
    const { url } = await stage.start()
    const made = await makeRegistration('cart')
    expect(await register(url, made)).to.deep.include({
      status: 200,
      body: { service: 'cart', kid: made.kid, expiresAt: made.expiresAt },
    })
    const questions: readonly (readonly [string, string, number])[] = [
      ['GET', `/v1/registrations/cart/${made.kid}`, 200],
      ['GET', '/v1/registrations/cart', 200],
      ['GET', '/v1/registrations', 200],
      ['GET', `/v1/registrations?after=cart%2F${made.kid}`, 200],
      ['GET', '/health/live', 200],
      ['GET', '/health/ready', 200],
      ['GET', `/v1/registrations/shop/${made.kid}`, 404],
      ['GET', `/v1/registrations/cart/${made.kid}.revoked`, 405],
      ['DELETE', `/v1/registrations/cart/${made.kid}`, 405],
      ['POST', '/v1/registrations', 405],
      ['GET', '/v1/enrolments/cart', 405],
      ['GET', '/v1/registrations?after=../x', 400],
      ['GET', '/v1/registrations?limit=1', 400],
      ['GET', `/v1/registrations/cart/${made.kid}/more`, 404],
      ['GET', '/v1/registrations/..%2fcart', 404],
      ['GET', '/v1/registrations/Cart', 404],
      ['GET', '/v1/registrations/', 404],
      ['GET', '/v2/registrations', 404],
      ['GET', '/', 404],
      ['POST', '/v1/enrolments/Cart', 404],
      ['PUT', '/v1/registrations/constructor', 405],
    ]
    for (const [method, path, status] of questions) {
      expect((await send(url, method, path)).status, `${method} ${path}`).to.equal(status)
    }
  })

  it('reads no body that is larger than any registration (ERR_BODY_TOO_LARGE)', async () => {
    const { url } = await stage.start()
    const made = await makeRegistration('cart')
    const large = { ...made, registration: 'x'.repeat(20_000) }
    expect(await register(url, large)).to.include({ status: 413, code: 'ERR_BODY_TOO_LARGE' })
    expect(stage.refusals).to.deep.equal(['ERR_BODY_TOO_LARGE cart'])
  })

  it('reads no body of a stranger', async () => {
    const { url } = await stage.start()
    const { port, hostname } = new URL(url)
    const { kid } = await makeRegistration('cart')
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    const ended = new Promise(resolve => socket.once('close', resolve))
    socket.write(`PUT /v1/registrations/cart/${kid} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`)
    await eventually(() => answer.includes('401'))
    expect(answer.toLowerCase()).to.contain('connection: close')
    socket.destroy()
    await ended
  })

  it('refuses two field lines that prove somebody (ERR_CREDENTIAL_INVALID)', async () => {
    const { url } = await stage.start()
    const { port, hostname } = new URL(url)
    const { kid } = await makeRegistration('cart')
    const { authorization } = await prove(url)
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    const line = `Authorization: ${authorization}\r\n`
    socket.write(
      `PUT /v1/registrations/cart/${kid}.revoked HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n${line}${line}\r\n`,
    )
    await eventually(() => answer.includes('ERR_CREDENTIAL_INVALID'))
    socket.destroy()
    expect(await stage.engine.list()).to.deep.equal([])
  })

  it('bounds how often a service may write (ERR_RATE_EXCEEDED), and no other one suffers', async () => {
    const { url } = await stage.start({ limits: { serviceWritesPerMinute: 3 } })
    const registry = stage.registry(url, 'cart')
    const codes: string[] = []
    for (let count = 0; count < 5; count += 1) {
      codes.push(await refusalOf(async () => registry.publish(await makeRegistration('cart'))))
    }
    expect(codes).to.deep.equal(['accepted', 'accepted', 'accepted', 'ERR_RATE_EXCEEDED', 'ERR_RATE_EXCEEDED'])
    await stage.registry(url, 'shop').publish(await makeRegistration('shop'))
  })

  it('takes nothing of what a service may write from it for what strangers write in its name', async () => {
    const { url } = await stage.start({ limits: { serviceWritesPerMinute: 2 } })
    const { kid } = await makeRegistration('cart')
    for (let count = 0; count < 10; count += 1) await send(url, 'PUT', `/v1/registrations/cart/${kid}`)
    await stage.registry(url, 'cart').publish(await makeRegistration('cart'))
  })

  it('writes nothing down of an address that asks too often', async () => {
    const { url } = await stage.start({ limits: { addressRequestsPerMinute: 5 } })
    const { kid } = await makeRegistration('cart')
    const statuses: number[] = []
    for (let count = 0; count < 8; count += 1) {
      statuses.push((await send(url, 'PUT', `/v1/registrations/cart/${kid}`)).status)
    }
    expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 429, 429, 429])
    expect(stage.refusals).to.have.length(5)
  })

  it('certifies nothing when its delegation has ended (ERR_DELEGATION_ENDED), and what it certified stays', async () => {
    let now = nowSeconds()
    const { url } = await stage.start({ clock: () => now })
    const before = await makeRegistration('cart')
    expect(await register(url, before)).to.include({ status: 200 })
    now += 32 * DAY
    const claims = { iat: now, exp: now + 60 }
    const headers = asserted(await makeAssertion(stage.proofs.cart.signing, 'cart', url, { claims }))
    const made = await makeRegistration('cart', { notBefore: now, expiresAt: now + 60 })
    const outcome = await send(url, 'PUT', `/v1/registrations/cart/${made.kid}`, { headers, body: made.registration })
    expect(outcome).to.include({ status: 503, code: 'ERR_DELEGATION_ENDED' })
    expect(outcome.body.detail).to.contain('has ended')
    expect((await send(url, 'GET', `/v1/registrations/cart/${before.kid}`)).status).to.equal(200)
  })

  it('bounds how often an address may ask (ERR_RATE_EXCEEDED), health aside', async () => {
    const { url } = await stage.start({ limits: { addressRequestsPerMinute: 20 } })
    const ask = async () => (await send(url, 'GET', '/v1/registrations/cart')).status
    expect([await ask(), await ask(), await ask()]).to.deep.equal([200, 200, 429])
    const refused = await fetch(`${url}/v1/changes`)
    expect(refused.headers.get('retry-after')).to.equal(refused.status === 429 ? '1' : null)
    await refused.body?.cancel()
    expect((await send(url, 'GET', '/health/live')).status).to.equal(200)
  })

  it('counts a network of IPv6 as one address', () => {
    expect(callerAt('2001:db8:1:2:3:4:5:6')).to.equal(callerAt('2001:DB8:1:2::1'))
    expect(callerAt('2001:db8::1')).to.equal('2001:db8:0:0::/64')
    expect(callerAt('::1')).to.equal('0:0:0:0::/64')
    expect(callerAt('fe80::1%eth0')).to.equal('fe80:0:0:0::/64')
    expect(callerAt('::ffff:10.0.0.1')).to.equal('10.0.0.1')
    expect(callerAt(undefined)).to.equal('')
  })

  describe('is healthy', () => {
    const health = async (url: string) => await send(url, 'GET', '/health/ready')

    it('while the engine answers, and quotes nothing of what that says', async () => {
      const registry = new FailingRegistry()
      const { url } = await stage.start({ registry })
      expect(await health(url)).to.deep.include({
        status: 200,
        body: { ready: true, registry: 'answers', delegation: 'good' },
      })
      registry.fails = true
      await eventually(async () => (await health(url)).status === 503)
      expect((await send(url, 'GET', '/health/live')).status).to.equal(200)
      const outcome = await register(url, await makeRegistration('cart'))
      expect(outcome).to.include({ status: 503, code: 'ERR_REGISTRY_UNAVAILABLE' })
      expect(JSON.stringify([outcome, stage.events])).not.to.contain('secret')
      registry.fails = false
      await eventually(async () => (await health(url)).status === 200)
    })

    it('until an hour before a delegation is too short for what lives a day', async () => {
      let now = nowSeconds()
      const { url } = await stage.start({ clock: () => now })
      expect((await health(url)).status).to.equal(200)
      now += 30 * DAY - 1800
      await eventually(async () => (await health(url)).body.delegation === 'ending')
      expect((await health(url)).status).to.equal(503)
    })
  })

  describe('with a delegation in a file', () => {
    let directory: string
    beforeEach(() => {
      directory = makeDirectory()
    })
    afterEach(() => removeDirectory(directory))

    it('takes the next one without a restart, and keeps the last good one', async () => {
      const file = join(directory, 'delegation')
      writeFileSync(file, await stage.delegate(3600))
      const { url } = await stage.start({ delegation: { root: stage.root.publicJwk, file } })
      const day = () => makeRegistration('cart', { expiresAt: nowSeconds() + DAY })
      expect(await register(url, await day())).to.include({ status: 503, code: 'ERR_DELEGATION_ENDED' })
      const stranger = await makeKeyPair()
      writeFileSync(file, await delegate({ root: stranger.privateKey, registrar: stage.key.publicJwk }))
      await eventually(
        () => stage.events.some(({ event, verdict }) => event === 'delegation' && verdict === 'refused'),
        30,
      )
      expect(await register(url, await makeRegistration('cart'))).to.include({ status: 200 })
      rmSync(file)
      await eventually(() => stage.events.some(({ reason }) => reason?.endsWith('cannot be read')), 30)
      writeFileSync(file, `${await stage.delegate()}\n`)
      await eventually(
        () => stage.events.some(({ event, verdict }) => event === 'delegation' && verdict === 'done'),
        30,
      )
      expect(await register(url, await day())).to.include({ status: 200 })
    })

    it('does not start with one that is not for it (ERR_OPTION)', async () => {
      const { publicJwk: root } = stage.root
      const stranger = await makeKeyPair()
      const wrong = [
        await delegate({ root: stranger.privateKey, registrar: stage.key.publicJwk }),
        await delegate({ root: stage.root.privateKey, registrar: stranger.publicJwk }),
        'x',
        '',
      ]
      for (const text of wrong)
        expect(await refusalOf(() => stage.start({ delegation: { root, text } }))).to.equal('ERR_OPTION')
      const text = await stage.delegate()
      for (const delegation of [
        { root },
        { root, text, file: 'x' },
        { text },
        { root: {}, text },
        { root, txt: text },
      ]) {
        expect(await refusalOf(() => stage.start({ delegation } as never))).to.equal('ERR_OPTION')
      }
    })
  })

  it('finishes what is under way when it is stopped, and takes nothing new', async () => {
    const registry = new HeldRegistry()
    const started = await stage.start({ registry })
    const { url } = started
    registry.hold()
    const made = await Promise.all(Array.from({ length: 20 }, () => makeRegistration('cart')))
    const pending = made.map(each => register(url, each))
    await eventually(() => registry.publishing === made.length)
    let isStopped = false
    const stopping = started.stop().then(() => {
      isStopped = true
    })
    await eventually(async () => (await fetch(url).catch(() => 'refused')) === 'refused')
    await delay(50)
    expect(isStopped).to.equal(false)
    registry.release()
    expect((await Promise.all(pending)).map(({ status }) => status)).to.deep.equal(made.map(() => 200))
    await stopping
    expect(await registry.list('cart')).to.have.length(made.length)
    expect(stage.events.at(-1)).to.include({ event: 'stop' })
    await started.stop()
  })

  it('is stopped under load without an answer that is cut off', async () => {
    const started = await stage.start({
      limits: { addressRequestsPerMinute: 1_000_000, serviceWritesPerMinute: 1_000_000 },
    })
    let isOver = false
    let answered = 0
    const failures: string[] = []
    const worker = async () => {
      while (!isOver) {
        const made = await makeRegistration('cart')
        try {
          const { status } = await register(started.url, made)
          if (status !== 200) failures.push(`status ${status}`)
          answered += 1
        } catch (error) {
          const code = String(Reflect.get(Reflect.get(error as object, 'cause') ?? {}, 'code'))
          // Nobody listens any more, or the idle connection was ended just then: nothing was begun.
          if (!['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(code)) failures.push(String(error))
          return
        }
      }
    }
    const workers = Array.from({ length: 8 }, worker)
    await eventually(() => answered > 50, 30)
    await started.stop()
    isOver = true
    await Promise.all(workers)
    expect(failures).to.deep.equal([])
  })

  it('does what it is asked though its log throws', async () => {
    const { url } = await stage.start({
      log: () => {
        throw new Error('the disk is full')
      },
    })
    expect(await register(url, await makeRegistration('cart'))).to.include({ status: 200 })
  })

  it('is configured strictly (ERR_OPTION)', async () => {
    const good = {
      registry: stage.engine,
      key: stage.key.privateKey,
      authenticate: [await stage.assertions()],
      listen: { port: 0 },
    }
    const wrong = [
      { registry: {} },
      { authenticate: [] },
      { authenticate: undefined },
      { authenticate: [{}] },
      { listen: {} },
      { listen: { port: 70_000 } },
      { listen: { port: 0, host: '0.0.0.0' } },
      { listen: { port: 0, host: '0.0.0.0' }, url: 'http://127.0.0.1' },
      { listen: { port: 0, hosts: 'x' } },
      { listen: { port: 0, tls: { key: 'x', cert: 'y' } } },
      { url: 'http://registrar.internal' },
      { url: 'https://registrar.internal/path' },
      { url: 7 },
      { limits: { addressRequestsPerMinute: 0 } },
      { limits: { requests: 1 } },
      { log: 'x' },
      { clock: 7 },
      { delegations: {} },
    ]
    for (const options of wrong) {
      expect(await refusalOf(() => startRegistrar({ ...good, ...options } as never)), JSON.stringify(options)).to.equal(
        'ERR_OPTION',
      )
    }
    expect(await refusalOf(() => startRegistrar({ ...good, key: {} }))).to.equal('ERR_SIGNING_KEY_UNUSABLE')
  })

  it('does not start where somebody else listens, and leaves nothing behind', async () => {
    const { port } = await stage.start()
    let code = ''
    await stage.start({ listen: { port } }).catch(error => {
      code = error.code
    })
    expect(code).to.equal('EADDRINUSE')
  })
})
