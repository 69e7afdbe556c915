import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { makePublication } from '../registry/signed-text.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { Parties } from './processes.js'

// The limit is that of a user namespace of its own: nobody else's watches are touched.
const WITH_ONE_WATCH =
  'exec unshare --user --map-root-user sh -c \'echo 1 > /proc/sys/user/max_inotify_watches && exec "$@"\' sh "$@"'
const WITH_FEW_FILES = 'ulimit -n 100 && exec "$@"'

describe('a system without', function () {
  this.timeout(60_000)
  let directory: string
  const parties = new Parties()

  beforeEach(() => {
    directory = makeDirectory()
    chmodSync(directory, 0o755)
  })

  afterEach(() => {
    parties.killAll()
    removeDirectory(directory)
  })

  it('file descriptors lets calls go on while keys may be used, cannot answer for others (EMFILE), and recovers', async () => {
    const { ended } = parties.startUnder(WITH_FEW_FILES, 'exhaust', join(directory, 'registry'))
    const { code, said, complained } = await ended
    expect(code, complained).to.equal(0)
    expect(JSON.parse(said)).to.deep.equal({
      before: 'accepted',
      calls: ['accepted'],
      code: 'EMFILE',
      late: 'ERR_REGISTRY_UNAVAILABLE',
      after: 'accepted',
    })
  })

  it('room for its watches says so, and sees a revocation by looking again', async function () {
    try {
      execFileSync('unshare', ['--user', '--map-root-user', 'true'], { stdio: 'pipe' })
    } catch {
      process.stderr.write('    skipped: a limit of watches needs a user namespace\n')
      this.skip()
    }
    const registry = new FileRegistry(directory)
    const cart = await makePublication('cart')
    await registry.publish(cart)
    const { says, ended } = parties.startUnder(WITH_ONE_WATCH, 'watch', directory, 'cart', cart.kid)
    await says('watching')
    await registry.revoke('cart', cart.kid)
    const { code, said, complained } = await ended
    expect(code, complained).to.equal(0)
    expect(said).to.contain('revoked')
    expect(complained).to.match(/the system tells of no changes \(ENOSPC\)/)
  })

  it('a right to write refuses a stranger (EACCES), who changes nothing', async function () {
    if (process.geteuid?.() !== 0) {
      process.stderr.write('    skipped: only root can become nobody\n')
      this.skip()
    }
    mkdirSync(join(directory, 'cart'))
    const { code, said, complained } = await parties.start('intrude', directory, 'cart').ended
    expect(code, complained).to.equal(0)
    expect(JSON.parse(said)).to.deep.equal(['EACCES', 'EACCES'])
    expect(await new FileRegistry(directory).list()).to.deep.equal([])
  })
})
