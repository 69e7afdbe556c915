import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { revokeCommand } from '../../lib/cli/revoke-command.js'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { signCertification } from '../../lib/registry/registrar/certification.js'
import { signRegistration } from '../../lib/registry/registration.js'
import { eventually } from '../registry/eventually.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { countersign, LastingRun } from './program.js'
import { scriptedTerminal } from './scripted-terminal.js'

const now = () => Math.floor(Date.now() / 1000)

describe('the commands for a registry', function () {
  this.timeout(60_000)
  let directory: string
  let registry: FileRegistry
  let registrar: SigningKey
  let address: string
  const kids = new Map<string, string>()
  const kid = (name: string) => kids.get(name) ?? ''

  /** Publishes a key of a service, whose registration begins and ends so many seconds from now. */
  const publish = async (name: string, service: string, [from, until] = [-10, 3600], isCertified = false) => {
    const key = await generateSigningKey('ES256')
    const [notBefore, expiresAt] = [now() + Number(from), now() + Number(until)]
    const text = await signRegistration(key, { service, notBefore, expiresAt })
    const certified = () => signCertification(text, registrar, { issuedAt: notBefore, expiresAt })
    const registration = isCertified ? await certified() : text
    await registry.publish({ service, kid: key.kid, registration, expiresAt })
    kids.set(name, key.kid)
    return registration
  }

  beforeEach(async () => {
    directory = makeDirectory()
    address = `file:${join(directory, 'registry')}`
    registry = new FileRegistry(join(directory, 'registry'))
    registrar = await generateSigningKey('EdDSA')
    await publish('current', 'cart')
    await publish('future', 'cart', [7200, 7300])
    await publish('past', 'shop', [-7200, -3600])
    await publish('revoked', 'shop')
    await registry.revoke('shop', kid('revoked'))
    const certified = await publish('certified', 'inventory', [-10, 86_000], true)
    mkdirSync(join(directory, 'registry', 'mallory'))
    writeFileSync(join(directory, 'registry', 'mallory', kid('certified')), certified)
    writeFileSync(join(directory, 'registry', 'mallory', kid('past')), '\u001b[2Jgarbage')
  })

  afterEach(async () => {
    await registry.close()
    removeDirectory(directory)
  })

  const run = (...words: readonly string[]) => countersign(['registry', ...words], { COUNTERSIGN_REGISTRY: address })

  describe('list', () => {
    it('shows every key in a line, and why one is refused', async () => {
      const { status, stdout, stderr } = await run('list')
      expect(status, stderr).to.equal(0)
      const [titles, ...lines] = stdout.trimEnd().split('\n')
      expect(titles).to.match(/^SERVICE +KID +ALG +STATE +VALID UNTIL +CERTIFIED BY +WHY$/)
      const lineOf = (service: string, name: string) =>
        lines.find(line => line.startsWith(`${service} `) && line.includes(kid(name)))
      expect(lineOf('cart', 'current')).to.match(/ ES256 +valid +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, in 59 min$/)
      expect(lineOf('cart', 'future')).to.match(/ ES256 +not yet valid +\S+ \S+Z, in 2 h$/)
      expect(lineOf('shop', 'past')).to.match(/ ES256 +expired +\S+ \S+Z, 60 min ago$/)
      expect(lineOf('shop', 'revoked')).to.match(/ ES256 +revoked /)
      expect(lineOf('inventory', 'certified')).to.include(`${registrar.kid} (not verified: no --registrars)`)
      expect(lineOf('mallory', 'certified')).to.match(/ refused +ERR_REGISTRATION_MISMATCH: .*`inventory`/)
      expect(lineOf('mallory', 'past')).to.match(/ refused +ERR_REGISTRATION_INVALID: /)
      expect(lines).to.have.length(7)
      expect(stderr).to.equal('7 keys: 2 valid, 1 not yet valid, 1 expired, 1 revoked, 2 refused\n')
    })

    it('shows one service alone, and says where there is nothing', async () => {
      const { stdout } = await run('list', 'inventory')
      expect(stdout.trimEnd().split('\n')).to.have.length(2)
      const nothing = await run('list', 'nobody')
      expect(nothing).to.deep.equal({ status: 0, stdout: '', stderr: 'the registry has no key of `nobody`\n' })
    })

    it('judges with the registrars that are pinned', async () => {
      const file = join(directory, 'registrars.json')
      writeFileSync(file, JSON.stringify([registrar.publicJwk]))
      const { stdout } = await run('list', '--registrars', file, '--json')
      const found: { kid: string; service: string; state: string; problem?: object; certification?: object }[] =
        JSON.parse(stdout)
      expect(found.find(key => key.service === 'inventory')).to.deep.include({
        state: 'valid',
        certification: { registrar: registrar.kid, isVerified: true },
      })
      const uncertified = found.find(key => key.kid === kid('current'))
      expect(uncertified).to.include({ state: 'refused' })
      expect(uncertified?.problem).to.include({ code: 'ERR_CERTIFICATION_INVALID' })
    })

    it('refuses pins that are none', async () => {
      const file = join(directory, 'registrars.json')
      writeFileSync(file, '[]')
      const { status, stderr } = await run('list', '--registrars', file)
      expect(stderr).to.include('`registrars` must list at least one public JWK')
      expect(status).to.equal(2)
    })

    it('lets nothing that others wrote speak to the terminal', async () => {
      for (const words of [['list'], ['list', '--json'], ['show', 'mallory']]) {
        const { stdout, stderr } = await run(...words)
        expect(stdout + stderr).to.not.include('\u001b')
      }
    })
  })

  describe('show', () => {
    it('tells all of one key', async () => {
      const { status, stdout } = await run('show', 'inventory', kid('certified'))
      expect(status).to.equal(0)
      const [title, ...facts] = stdout.trimEnd().split('\n')
      expect(title).to.equal(`inventory ${kid('certified')}`)
      expect(facts.map(line => line.trim().split(/ {2,}/)[0])).to.deep.equal([
        'state',
        'algorithm',
        'thumbprint',
        'valid from',
        'valid until',
        'certified by',
      ])
    })

    it('tells of all keys of a service', async () => {
      const { stdout } = await run('show', 'cart')
      expect(stdout)
        .to.include(`cart ${kid('current')}\n`)
        .and.include(`cart ${kid('future')}\n`)
    })

    it('says that there is none, and what was perhaps meant', async () => {
      const service = await run('show', 'inventry')
      expect(service).to.include({ status: 1, stdout: '' })
      expect(service.stderr).to.equal(
        'countersign: error: the registry has no key of `inventry`; did you mean `inventory`?\n',
      )
      const key = await run('show', 'cart', kid('past'))
      expect(key).to.include({ status: 1, stdout: '' })
      expect(key.stderr).to.include(`\`cart\` has no key \`${kid('past')}\``)
      const nonsense = await run('show', 'cart', 'nonsense')
      expect(nonsense.stderr).to.include('the kid is not a thumbprint of 43 characters')
      expect(nonsense.status).to.equal(2)
    })
  })

  describe('revoke', () => {
    it('revokes a key, and says within what time it is refused', async () => {
      const { status, stdout, stderr } = await run('revoke', 'cart', kid('current'), '--yes')
      expect(status, stderr).to.equal(0)
      expect(stdout).to.equal(`revoked cart ${kid('current')}\n`)
      expect(stderr).to.include('at once').and.include('within 60 s').and.include('within 600 s')
      expect(await registry.find('cart', kid('current'))).to.include({ revoked: true })
      expect(await registry.find('cart', kid('future'))).to.include({ revoked: false })
    })

    it('revokes all keys of a service', async () => {
      const { status, stdout } = await run('revoke', 'cart', '--all', '--yes')
      expect(status).to.equal(0)
      expect(stdout.trimEnd().split('\n')).to.have.length(2)
      const entries = await registry.list('cart')
      expect(entries.map(({ revoked }) => revoked)).to.deep.equal([true, true])
    })

    it('asks for --yes where nobody can be asked', async () => {
      const { status, stderr } = await run('revoke', 'cart', kid('current'))
      expect(stderr).to.include('add --yes')
      expect(status).to.equal(2)
      expect(await registry.find('cart', kid('current'))).to.include({ revoked: false })
    })

    it('asks who is there, and takes nothing but yes for yes', async () => {
      const words = ['cart', '--all', '--registry', address]
      for (const answer of ['', 'n', 'yeah no']) {
        const terminal = scriptedTerminal(answer)
        expect(await revokeCommand.run(words, terminal)).to.equal(1)
        expect(terminal.questions).to.deep.equal(['Revoke all 2 keys of cart, for good? [y/N] '])
        expect(terminal.said).to.deep.equal(['nothing was revoked'])
      }
      expect((await registry.list('cart')).filter(({ revoked }) => revoked)).to.have.length(0)
      expect(await revokeCommand.run(words, scriptedTerminal('y'))).to.equal(0)
      expect((await registry.list('cart')).filter(({ revoked }) => revoked)).to.have.length(2)
    })

    it('revokes what the registry does not show only if told so', async () => {
      const { status, stderr } = await run('revoke', 'cart', kid('past'), '--yes')
      expect(status).to.equal(1)
      expect(stderr).to.include('--unseen revokes it all the same')
      expect((await run('revoke', 'cart', kid('past'), '--yes', '--unseen')).status).to.equal(0)
      expect(await registry.find('cart', kid('past'))).to.include({ revoked: true })
    })

    it('wants either a kid or --all', async () => {
      for (const words of [['cart'], ['cart', kid('current'), '--all']]) {
        const { status, stderr } = await run('revoke', ...words, '--yes')
        expect(stderr).to.include('name either a kid, or --all')
        expect(status).to.equal(2)
      }
    })
  })

  describe('watch', () => {
    it('tells each change in a line, until it is interrupted', async () => {
      const watch = new LastingRun(['registry', 'watch', '--registry', address])
      try {
        await eventually(() => watch.stderr.includes('watching 7 keys'), 30)
        await publish('new', 'cart')
        await eventually(() => watch.lines.length === 1, 30)
        await registry.revoke('cart', kid('new'))
        await eventually(() => watch.lines.length === 2, 30)
      } finally {
        expect(await watch.interrupt()).to.equal(0)
      }
      const [published, revoked] = watch.lines
      expect(published).to.match(/^\S+ \S+Z {2}published {2}cart {2}\S{43} {2}until \S+ \S+Z, in 59 min$/)
      expect(published).to.include(kid('new'))
      expect(revoked).to.match(/^\S+ \S+Z {2}revoked {4}cart {2}/)
      expect(watch.lines).to.have.length(2)
    })

    it('tells it in JSON lines', async () => {
      const watch = new LastingRun(['registry', 'watch', '--json', '--registry', address])
      try {
        await eventually(() => watch.stderr.includes('watching'), 30)
        await publish('new', 'cart')
        await eventually(() => watch.lines.length === 1, 30)
      } finally {
        await watch.interrupt()
      }
      const { change, key } = JSON.parse(watch.lines[0] ?? '')
      expect(change).to.equal('published')
      expect(key).to.include({ service: 'cart', kid: kid('new'), state: 'valid', algorithm: 'ES256' })
    })
  })

  describe('passwords', () => {
    it('come from a file that only its owner may read', async () => {
      const file = join(directory, 'password')
      writeFileSync(file, 'hunter2\n')
      chmodSync(file, 0o644)
      const words = ['list', '--registry', 'redis://default@127.0.0.1:9', '--password-file', file]
      const readable = await run(...words)
      expect(readable.stderr).to.include(`may be read by others than its owner: chmod 600 ${file}`)
      expect(readable.status).to.equal(2)
      chmodSync(file, 0o600)
      expect((await run(...words)).stderr)
        .to.include('ECONNREFUSED')
        .and.not.include('hunter2')
    })
  })
})
