import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Publication } from '../../lib/model/registry.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { describeRegistry } from './registry-conformance.js'
import { makePublication } from './signed-text.js'
import { makeDirectory, removeDirectory } from './temporary-directory.js'

const HOUR = 3600

describeRegistry('FileRegistry', async () => {
  const directory = makeDirectory()
  return {
    connect: () => new FileRegistry(join(directory, 'registry')),
    remove: async () => removeDirectory(directory),
  }
})

const NOBODY = 65_534

/** Runs something as a user whom permissions stop: root, for as long as it takes, as nobody. */
async function withoutPrivileges(run: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

describe('FileRegistry', () => {
  let directory: string
  let registry: FileRegistry
  let cart: Publication

  beforeEach(async () => {
    directory = makeDirectory()
    registry = new FileRegistry(directory)
    cart = await makePublication('cart')
  })

  afterEach(() => removeDirectory(directory))

  const pathOf = (name: string) => join(directory, 'cart', name)
  const age = (name: string, hours: number) => {
    const then = Date.now() / 1000 - hours * HOUR
    utimesSync(pathOf(name), then, then)
  }

  it('keeps a registration at <service>/<kid>, a tombstone beside it, its mark in the directory, and nothing else', async () => {
    await registry.publish(cart)
    await registry.revoke('cart', cart.kid)
    expect(readdirSync(directory)).to.deep.equal(['.countersign', 'cart'])
    expect(readdirSync(join(directory, 'cart')).sort()).to.deep.equal([cart.kid, `${cart.kid}.revoked`])
    expect(readFileSync(pathOf(cart.kid), 'utf8')).to.equal(cart.registration)
  })

  it('leaves no file when a tombstone keeps a key out', async () => {
    await registry.revoke('cart', cart.kid)
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
    expect(readdirSync(join(directory, 'cart'))).to.deep.equal([`${cart.kid}.revoked`])
  })

  it('tells a publisher with ERR_KEY_REVOKED that was overtaken by a revocation', async () => {
    for (let round = 0; round < 10; round++) {
      const { service, kid, ...rest } = await makePublication('cart')
      let isRevoked = false
      const revoking = registry.revoke(service, kid).then(() => {
        isRevoked = true
      })
      const outcome = await refusalOf(() => registry.publish({ service, kid, ...rest }))
      expect(outcome).to.equal(isRevoked ? 'ERR_KEY_REVOKED' : outcome)
      await revoking
      expect((await registry.find(service, kid))?.revoked).to.equal(true)
    }
  })

  it('makes its directory when something is published, not before', async () => {
    const later = join(directory, 'a', 'b')
    const other = new FileRegistry(later)
    expect(existsSync(later)).to.equal(false)
    await other.publish(cart)
    expect(existsSync(join(later, 'cart', cart.kid))).to.equal(true)
  })

  it('stays where it was made, wherever the process goes', async () => {
    const home = process.cwd()
    process.chdir(directory)
    const relative = new FileRegistry('relative')
    process.chdir(home)
    await relative.publish(cart)
    expect(existsSync(join(directory, 'relative', 'cart', cart.kid))).to.equal(true)
  })

  it('refuses a directory that is no path with ERR_OPTION', async () => {
    for (const wrong of ['', undefined, null, 7, {}]) {
      expect(await refusalOf(() => new FileRegistry(wrong as string))).to.equal('ERR_OPTION')
    }
  })

  describe('cannot answer', () => {
    it('while its directory is missing', async () => {
      const missing = new FileRegistry(join(directory, 'missing'))
      expect(await errorOf(() => missing.find('cart', cart.kid))).to.have.property('code', 'ENOENT')
      expect(await errorOf(() => missing.list())).to.have.property('code', 'ENOENT')
    })

    it('while a file stands where its directory should be', async () => {
      writeFileSync(join(directory, 'file'), '')
      const wrong = new FileRegistry(join(directory, 'file'))
      expect(await errorOf(() => wrong.find('cart', cart.kid))).to.have.property('code', 'ENOTDIR')
      expect(await errorOf(() => wrong.publish(cart))).to.have.property('code')
      expect(await errorOf(() => wrong.list())).to.be.instanceOf(Error)
    })

    it("while a file stands where a service's folder should be, so that no tombstone can be looked for", async () => {
      writeFileSync(join(directory, 'cart'), '')
      expect(await errorOf(() => registry.find('cart', cart.kid))).to.have.property('code', 'ENOTDIR')
      expect(await errorOf(() => registry.publish(cart))).to.have.property('code')
    })

    it("while a service's folder is a link that leads in circles", async () => {
      symlinkSync('cart', join(directory, 'cart'))
      expect(await errorOf(() => registry.find('cart', cart.kid))).to.have.property('code', 'ELOOP')
      expect(await errorOf(() => registry.list())).to.have.property('code', 'ELOOP')
    })

    it('while it may not read', async () => {
      await registry.publish(cart)
      chmodSync(directory, 0o755)
      await withoutPrivileges(async () => {
        expect(await registry.find('cart', cart.kid)).to.include({ registration: cart.registration })
      })
      chmodSync(pathOf(cart.kid), 0)
      await withoutPrivileges(async () => {
        expect(await errorOf(() => registry.find('cart', cart.kid))).to.have.property('code', 'EACCES')
      })
    })
  })

  describe('gives finders what they refuse with ERR_REGISTRATION_INVALID, and never hangs,', () => {
    const find = () => new KeyFinder({ registry, limits: { timeoutSeconds: 2 } }).find('cart', cart.kid, 1500)

    beforeEach(() => mkdirSync(join(directory, 'cart')))

    it('where a file is empty', async () => {
      writeFileSync(pathOf(cart.kid), '')
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a file is torn at any place', async () => {
      for (let length = 1; length < cart.registration.length; length += 7) {
        writeFileSync(pathOf(cart.kid), cart.registration.slice(0, length))
        expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
      }
    })

    it('where a file is no text', async () => {
      writeFileSync(pathOf(cart.kid), Buffer.from([0xff, 0xfe, 0, 0xc3, 0x28]))
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a file is huge, of which it reads a little', async () => {
      writeFileSync(pathOf(cart.kid), '')
      truncateSync(pathOf(cart.kid), 2 ** 33)
      expect((await registry.find('cart', cart.kid))?.registration).to.have.length(16_385)
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a good registration has a tail', async () => {
      writeFileSync(pathOf(cart.kid), `${cart.registration}\n`)
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a FIFO waits for a writer', async () => {
      execFileSync('mkfifo', [pathOf(cart.kid)])
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a link leads elsewhere, to a good registration even', async () => {
      writeFileSync(join(directory, 'elsewhere'), cart.registration)
      symlinkSync(join(directory, 'elsewhere'), pathOf(cart.kid))
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a folder stands', async () => {
      mkdirSync(pathOf(cart.kid))
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
    })

    it('where a socket listens', async () => {
      const server = createServer().listen(pathOf(cart.kid))
      await once(server, 'listening')
      expect(await refusalOf(find)).to.equal('ERR_REGISTRATION_INVALID')
      server.close()
    })
  })

  it('takes anything that has the name of a tombstone for one', async () => {
    await registry.publish(cart)
    symlinkSync('/nowhere', pathOf(`${cart.kid}.revoked`))
    expect((await registry.find('cart', cart.kid))?.revoked).to.equal(true)
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
  })

  it('publishes over a link without following it', async () => {
    writeFileSync(join(directory, 'victim'), 'precious')
    mkdirSync(join(directory, 'cart'))
    symlinkSync(join(directory, 'victim'), pathOf(cart.kid))
    await registry.publish(cart)
    expect(readFileSync(join(directory, 'victim'), 'utf8')).to.equal('precious')
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
  })

  it('leaves nothing behind when publishing fails', async () => {
    mkdirSync(pathOf(cart.kid), { recursive: true })
    writeFileSync(join(pathOf(cart.kid), 'in the way'), '')
    expect(await errorOf(() => registry.publish(cart))).to.have.property('code')
    expect(readdirSync(join(directory, 'cart'))).to.deep.equal([cart.kid])
  })

  it('lists past names that are none of its own', async () => {
    await registry.publish(cart)
    writeFileSync(join(directory, 'README.md'), '')
    writeFileSync(join(directory, 'notes'), '')
    mkdirSync(join(directory, '.git'))
    mkdirSync(join(directory, 'empty'))
    writeFileSync(pathOf('notes.txt'), '')
    writeFileSync(pathOf(`.${'A'.repeat(22)}.tmp`), cart.registration)
    writeFileSync(pathOf(`${cart.kid}.bak`), cart.registration)
    expect((await registry.list()).map(({ service, kid }) => [service, kid])).to.deep.equal([['cart', cart.kid]])
  })

  it("prunes its own service's files of yesterday when it publishes, and no tombstone", async () => {
    const [old, fresh, other] = await Promise.all([1, 2, 3].map(() => makePublication('cart')))
    if (!old || !fresh || !other) throw new Error('no publications')
    const leftover = `.${'A'.repeat(22)}.tmp`
    await registry.publish(old)
    await registry.publish(fresh)
    await registry.revoke('cart', other.kid)
    await registry.publish({ ...old, service: 'shop' })
    for (const name of [leftover, 'notes']) writeFileSync(pathOf(name), '')
    for (const name of [old.kid, `${other.kid}.revoked`, leftover, 'notes']) age(name, 26)
    age(fresh.kid, 24)
    await registry.publish(cart)
    const left = [fresh.kid, cart.kid, `${other.kid}.revoked`, 'notes']
    expect(readdirSync(join(directory, 'cart')).sort()).to.deep.equal(left.sort())
    expect(existsSync(join(directory, 'shop', old.kid))).to.equal(true)
  })

  it('publishes though it cannot prune', async () => {
    mkdirSync(pathOf(`.${'A'.repeat(22)}.tmp`), { recursive: true })
    age(`.${'A'.repeat(22)}.tmp`, 26)
    await registry.publish(cart)
    expect((await registry.find('cart', cart.kid))?.registration).to.equal(cart.registration)
  })

  it('writes files that every user may read', async () => {
    await registry.publish(cart)
    expect(statSync(pathOf(cart.kid)).mode & 0o777 & ~process.umask()).to.equal(0o644 & ~process.umask())
  })
})
