import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { runCommandLine } from '../../lib/cli/command-line.js'
import { registrarCommand } from '../../lib/cli/registrar-command.js'
import { delegateCommand, enrolCommand } from '../../lib/cli/registrar-operator-commands.js'
import { assertion, enrol, registrar } from '../../lib/registry/registrar/registrar-registry.js'
import { makeRegistration, send } from '../registrar/registrar-stage.js'
import { freePorts } from '../registry/engines/engine.js'
import { eventually } from '../registry/eventually.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { RedisServer, requireRedisServer } from '../replay/redis-server.js'
import { countersign, LastingRun } from './program.js'
import { scriptedTerminal } from './scripted-terminal.js'

describe('countersign registrar', function () {
  this.timeout(60_000)
  let directory: string
  let port: number
  let cart: KeyObject
  const runs: LastingRun[] = []

  beforeEach(async () => {
    directory = makeDirectory()
    const [free = 0] = await freePorts(1)
    port = free
    mkdirSync(join(directory, 'registry'))
    for (const name of ['root', 'registrar', 'operator', 'enroller']) makeKey(name)
    cart = makeKey('cart')
    const { stdout } = await run(
      'registrar',
      'delegate',
      '--root',
      path('root.jwk'),
      '--registrar',
      path('registrar.pub.jwk'),
    )
    writeFileSync(path('delegation.jws'), stdout)
    writeFileSync(path('registrar.yaml'), configuration())
  })
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.interrupt()
    removeDirectory(directory)
  })

  const path = (name: string) => join(directory, name)

  /** Runs a command in this process. */
  const run = async (...words: readonly string[]) => {
    const terminal = scriptedTerminal()
    const status = await runCommandLine(words, [registrarCommand, delegateCommand, enrolCommand], terminal)
    return { status, stdout: terminal.written(), stderr: terminal.said.join('\n') }
  }

  const makeKey = (name: string): KeyObject => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(path(`${name}.jwk`), JSON.stringify(privateKey.export({ format: 'jwk' })), { mode: 0o600 })
    writeFileSync(path(`${name}.pub.jwk`), JSON.stringify(publicKey.export({ format: 'jwk' })))
    return privateKey
  }

  const configuration = () => `
listen: { port: ${port} }
registry: { address: "file:${path('registry')}" }
key-file: registrar.jwk
delegation: { root-file: root.pub.jwk, file: delegation.jws }
authenticate:
  client-assertion:
    key-files: { cart: cart.pub.jwk }
  enrolment:
    operator-files: [operator.pub.jwk]
    key-file: enroller.jwk
limits: { service-writes-per-minute: 100 }
`

  const url = () => `http://127.0.0.1:${port}`
  const begin = async () => {
    const run = new LastingRun(['registrar', '--config', path('registrar.yaml')])
    runs.push(run)
    await eventually(() => run.stderr.includes('certifying as'), 30)
    return run
  }

  it('certifies for whom the file says, tells it line by line, and ends when it is interrupted', async () => {
    const run = await begin()
    const registry = registrar({ url: url(), credentials: assertion({ key: cart }) })
    const made = await makeRegistration('cart')
    await registry.publish(made)
    expect((await registry.find('cart', made.kid))?.registration).to.contain('~')
    await registry.close()
    await eventually(() => run.lines.length === 2)
    const [started, registered] = run.lines.map(line => JSON.parse(line))
    expect(started).to.include({ event: 'start', kid: await calculateJwkThumbprint(publicHalf('registrar')) })
    expect(registered).to.include({
      event: 'registration',
      verdict: 'done',
      service: 'cart',
      kid: made.kid,
      client: 'cart',
    })
    expect(await run.interrupt()).to.equal(0)
    expect(JSON.parse(run.lines.at(-1) ?? '')).to.include({ event: 'stop' })
  })

  it('fails when nobody reads any more what it did', async () => {
    const run = await begin()
    const left = run.leave()
    const registry = registrar({ url: url(), credentials: assertion({ key: cart }) })
    await registry.publish(await makeRegistration('cart')).catch(() => {})
    expect(await left).to.equal(1)
    expect(run.stderr).to.contain('standard output cannot be written: EPIPE')
    await registry.close()
  })

  const publicHalf = (name: string): JWK => JSON.parse(readFileSync(path(`${name}.pub.jwk`), 'utf8'))

  it('gives tokens with which a service enrols itself', async () => {
    await begin()
    const words = ['registrar', 'enrol', '--operator', path('operator.jwk'), '--service', 'shop', '--url', url()]
    const { stdout, status } = await countersign(words)
    expect(status).to.equal(0)
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const enrolment = await enrol({ url: url(), service: 'shop', key, token: stdout.trim() })
    const registry = registrar({ url: url(), credentials: assertion({ key, enrolment }) })
    await registry.publish(await makeRegistration('shop'))
    await registry.close()
  })

  it('shares what was used with another registrar, through a Redis', async function () {
    requireRedisServer(this)
    const redis = await RedisServer.start()
    try {
      const [other = 0] = await freePorts(1)
      const shared = `url: https://registrar.internal\nreplay: { redis: "${redis.url}" }\n${configuration()}`
      writeFileSync(path('registrar.yaml'), shared)
      await begin()
      writeFileSync(path('registrar.yaml'), shared.replace(`port: ${port}`, `port: ${other}`))
      await begin()
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const body = JSON.stringify({ jwk: publicKey.export({ format: 'jwk' }), alg: 'ES256' })
      const words = ['--operator', path('operator.jwk'), '--service', 'shop', '--url', 'https://registrar.internal']
      const enrolAt = async (where: number, token: string) => {
        const headers = { authorization: `Enrolment ${token}` }
        return await send(`http://127.0.0.1:${where}`, 'POST', '/v1/enrolments/shop', { headers, body })
      }
      let token = ''
      // A store that has just begun refuses what may be older than itself.
      await eventually(async () => {
        token = (await run('registrar', 'enrol', ...words)).stdout.trim()
        return (await enrolAt(port, token)).status === 200
      }, 30)
      expect(await enrolAt(other, token)).to.include({ status: 401, code: 'ERR_CREDENTIAL_INVALID' })
    } finally {
      await redis.stop()
    }
  })

  const wrong: readonly (readonly [what: string, from: string | RegExp, to: string, says: string])[] = [
    ['a key that is misspelled', 'listen:', 'lisen:', '`listen` is missing'],
    ['a key too many', 'limits:', 'limts:', 'unknown key `limts`; did you mean `limits`?'],
    [
      'a key too many inside',
      'service-writes-per',
      'service-write-per',
      'unknown key `limits.service-write-per-minute`; did you mean `service-writes-per-minute`?',
    ],
    ['a text where a number must stand', /port: \d+/, 'port: "x"', '`listen.port` must be an integer'],
    ['a key twice', 'key-file: registrar.jwk', 'key-file: a\nkey-file: b', 'duplicate key'],
    ['an alias', 'key-file: registrar.jwk', 'key-file: &a registrar.jwk\nurl: *a', 'aliases are not allowed'],
    ['a file that is not there', 'cart: cart.pub.jwk', 'cart: nowhere.jwk', 'nowhere.jwk` cannot be read (ENOENT)'],
    [
      'a private key where a public one must stand',
      'cart: cart.pub.jwk',
      'cart: cart.jwk',
      'a key with private members',
    ],
    ['a name that is none', 'cart: cart.pub.jwk', 'Cart: cart.pub.jwk', 'not a service name'],
    [
      'a delegation of another root',
      'root-file: root.pub.jwk',
      'root-file: operator.pub.jwk',
      'signed by another root',
    ],
    [
      'nobody to authenticate',
      /authenticate:[\s\S]*?limits/,
      'authenticate: {}\nlimits',
      'at least one way to authenticate',
    ],
    ['an address for everybody without TLS', 'listen: {', 'listen: { host: 0.0.0.0,', '`url` is needed'],
  ]
  for (const [what, from, to, says] of wrong) {
    it(`does not start with ${what}, and says what is wrong`, async () => {
      writeFileSync(path('registrar.yaml'), configuration().replace(from, to))
      const { status, stdout, stderr } = await run('registrar', '--config', path('registrar.yaml'))
      expect(stderr).to.contain(says)
      expect(stdout).to.equal('')
      expect(status).to.equal(2)
    })
  }

  it('does not start with a key that others may read, and prints no part of it', async () => {
    writeFileSync(path('other.jwk'), JSON.stringify(cart.export({ format: 'jwk' })), { mode: 0o644 })
    writeFileSync(path('registrar.yaml'), configuration().replace('key-file: registrar.jwk', 'key-file: other.jwk'))
    const { status, stderr } = await run('registrar', '--config', path('registrar.yaml'))
    expect(stderr).to.contain('may be read by others than its owner')
    expect(stderr).not.to.contain(String(cart.export({ format: 'jwk' }).d))
    expect(status).to.equal(2)
  })

  const misused: readonly (readonly [words: string, says: string])[] = [
    ['registrar', 'which configuration?'],
    ['registrar start', 'unexpected argument `start`'],
    ['registrar --confg x', 'did you mean `--config`?'],
    ['registrar delegate', 'wants --root and --registrar'],
    ['registrar enrol --service cart', 'wants --operator, --service and --url'],
    ['registrar delegate --root a --registrar b --days 1.5', '--days must be a whole number'],
  ]
  for (const [words, says] of misused) {
    it(`does not understand \`${words}\`, and says what to type`, async () => {
      const { status, stderr } = await run(...words.split(' '))
      expect(stderr).to.contain(says)
      expect(status).to.equal(2)
    })
  }
})
