import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { type CountersignError, OptionError } from '../../lib/errors/base.js'
import { PolicyInvalid, PolicyUnreadable } from '../../lib/errors/policy.js'
import type { Policy } from '../../lib/model/policy.js'
import { loadPolicy, type WatchedPolicy, watchPolicy } from '../../lib/policy/policy-file.js'
import { mustHave, stack } from './verdict.js'

const from = (name: string) => mustHave(`{ come-from: [{ app-name: { equal-to: ${name} } }] }`)
const accepts = (policy: Policy, name: string) => policy.evaluate({ callStack: stack(name) }).effect === 'accept'

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    error => error,
  )
}

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'))
  file = join(folder, 'cart.yaml')
})
afterEach(() => rm(folder, { recursive: true }))

describe('loadPolicy', () => {
  it('reads a file once', async () => {
    await writeFile(file, from('a'))
    const policy = await loadPolicy(file)
    await writeFile(file, from('b'))
    expect(accepts(policy, 'a')).to.equal(true)
    expect(policy.evaluate({ callStack: stack('a') }).lists[0]?.rule?.file).to.equal(file)
  })

  it('refuses what it cannot read with ERR_POLICY_UNREADABLE', async () => {
    const missing = (await failure(loadPolicy(file))) as PolicyUnreadable
    expect(missing).to.be.instanceOf(PolicyUnreadable)
    expect(missing.code).to.equal('ERR_POLICY_UNREADABLE')
    expect(missing.message).to.equal(`cannot read policy \`${file}\`: ENOENT`)
    expect(missing.cause).to.be.instanceOf(Error)
    expect(await failure(loadPolicy(folder))).to.have.property(
      'message',
      `cannot read policy \`${folder}\`: not a file`,
    )
    expect(await failure(loadPolicy('a\0b'))).to.be.instanceOf(PolicyUnreadable)
  })

  it('refuses an invalid policy with ERR_POLICY_INVALID', async () => {
    await writeFile(file, 'a: 1')
    const error = (await failure(loadPolicy(file))) as PolicyInvalid
    expect(error).to.be.instanceOf(PolicyInvalid)
    expect(error.message).to.match(/cart\.yaml:1:1: unknown key `a`/)
    await writeFile(file, Buffer.from([0x61, 0xff]))
    expect(await failure(loadPolicy(file))).to.have.nested.property('problems[0].message', 'a policy is UTF-8 text')
    await writeFile(file, 'x'.repeat(65_537))
    const large = await failure(loadPolicy(file))
    expect(large).to.have.nested.property('problems[0].message', 'a policy has at most 65536 bytes')
  })

  it('refuses a file that is no path with ERR_OPTION', async () => {
    for (const wrong of [undefined, 5, '']) {
      const error = await failure(loadPolicy(wrong as never))
      expect(error).to.be.instanceOf(OptionError).with.property('code', 'ERR_OPTION')
    }
  })
})

describe('watchPolicy', () => {
  const open: WatchedPolicy[] = []
  let reloads: number
  let errors: CountersignError[]
  beforeEach(() => {
    reloads = 0
    errors = []
  })
  afterEach(() => {
    for (const policy of open.splice(0)) policy.close()
  })

  async function watched(path = file): Promise<WatchedPolicy> {
    const policy = await watchPolicy(path, { onReload: () => reloads++, onError: error => errors.push(error) })
    open.push(policy)
    return policy
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition() && waited < 8000; waited += 20) await pause(20)
    expect(condition()).to.equal(true)
  }

  it('goes on though the one who hears of a reload throws', async () => {
    await writeFile(file, from('a'))
    const onReload = () => {
      throw new Error('a listener of its own mind')
    }
    const policy = await watchPolicy(file, { onReload })
    open.push(policy)
    for (const app of ['b', 'c']) {
      await writeFile(file, from(app))
      await until(() => accepts(policy, app))
    }
  })

  it('follows a file that is written', async () => {
    await writeFile(file, from('a'))
    const policy = await watched()
    expect(accepts(policy, 'a')).to.equal(true)
    await writeFile(file, from('b'))
    await until(() => accepts(policy, 'b'))
    expect(accepts(policy, 'a')).to.equal(false)
    expect(reloads).to.equal(1)
  })

  it('follows a file that another is renamed over', async () => {
    await writeFile(file, from('a'))
    const policy = await watched()
    for (const name of ['b', 'c']) {
      await writeFile(`${file}.new`, from(name))
      await rename(`${file}.new`, file)
      await until(() => accepts(policy, name))
    }
    expect(reloads).to.equal(2)
  })

  it('follows a link whose folder is swapped, as Kubernetes does', async () => {
    for (const version of ['1', '2']) {
      await mkdir(join(folder, version))
      await writeFile(join(folder, version, 'cart.yaml'), from(`v${version}`))
    }
    await symlink('1', join(folder, '..data'))
    await symlink(join('..data', 'cart.yaml'), file)
    const policy = await watched()
    expect(accepts(policy, 'v1')).to.equal(true)
    await symlink('2', join(folder, '..data.new'))
    await rename(join(folder, '..data.new'), join(folder, '..data'))
    await until(() => accepts(policy, 'v2'))
  })

  it('keeps the last good version while the file is broken or gone, and says so once', async () => {
    await writeFile(file, from('a'))
    const policy = await watched()
    await writeFile(file, 'a: 1')
    await until(() => errors.length === 1)
    expect(errors[0]?.code).to.equal('ERR_POLICY_INVALID')
    expect(accepts(policy, 'a')).to.equal(true)
    await rm(file)
    await until(() => errors.length === 2)
    expect(errors[1]?.code).to.equal('ERR_POLICY_UNREADABLE')
    expect(accepts(policy, 'a')).to.equal(true)
    await writeFile(file, from('b'))
    await until(() => accepts(policy, 'b'))
    expect(reloads).to.equal(1)
    expect(errors).to.have.length(2)
  })

  it('goes back to a version that it had before', async () => {
    await writeFile(file, from('a'))
    const policy = await watched()
    await writeFile(file, 'a: 1')
    await until(() => errors.length === 1)
    await writeFile(file, from('a'))
    await until(() => reloads === 1)
    expect(accepts(policy, 'a')).to.equal(true)
  })

  it('warns where nobody listens for errors', async () => {
    await writeFile(file, from('a'))
    const policy = await watchPolicy(file)
    open.push(policy)
    const warning = new Promise<Error>(resolve => process.once('warning', resolve))
    await writeFile(file, 'a: 1')
    expect(await warning).to.include({ name: 'CountersignWarning', code: 'ERR_POLICY_INVALID' })
  })

  it('stops at close, which may be called twice', async () => {
    await writeFile(file, from('a'))
    const policy = await watched()
    policy.close()
    policy.close()
    await writeFile(file, from('b'))
    await pause(400)
    expect(accepts(policy, 'a')).to.equal(true)
    expect(reloads).to.equal(0)
  })

  it('refuses a first version that cannot be used, and wrong options with ERR_OPTION', async () => {
    expect(await failure(watchPolicy(file))).to.have.property('code', 'ERR_POLICY_UNREADABLE')
    await writeFile(file, 'a: 1')
    expect(await failure(watchPolicy(file))).to.have.property('code', 'ERR_POLICY_INVALID')
    expect(await failure(watchPolicy(file, { onError: 5 as never }))).to.have.property('code', 'ERR_OPTION')
    expect(await failure(watchPolicy(file, { onReload: 'x' as never }))).to.have.property('code', 'ERR_OPTION')
  })
})
