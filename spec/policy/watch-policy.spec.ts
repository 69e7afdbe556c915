import { spawnSync } from 'node:child_process'
import { on } from 'node:events'
import fs from 'node:fs'
import promises, { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { extname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import type { CountersignError } from '../../lib/errors/base.js'
import type { Policy } from '../../lib/model/policy.js'
import { type WatchedPolicy, watchPolicy } from '../../lib/policy/watch-policy.js'
import { errorOf } from '../jws/refusal.js'
import { accepts, PolicyFolder, policyFor } from './policy-folder.js'

describe('watchPolicy', () => {
  const folder = new PolicyFolder()
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

  async function watched(path = folder.file): Promise<WatchedPolicy> {
    const policy = await watchPolicy(path, { onReload: () => reloads++, onError: error => errors.push(error) })
    open.push(policy)
    return policy
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition() && waited < 8000; waited += 20) await pause(20)
    expect(condition()).to.equal(true)
  }

  const failures = [
    { thrown: new Error('a listener of its own mind'), what: 'a listener of its own mind' },
    { thrown: 'no error at all', what: 'string' },
  ]
  for (const { thrown, what } of failures) {
    it(`goes on though the one who hears of a reload throws, which is a warning: ${what}`, async () => {
      await writeFile(folder.file, policyFor('a'))
      const onReload = () => {
        throw thrown
      }
      const policy = await watchPolicy(folder.file, { onReload })
      open.push(policy)
      for (const app of ['b', 'c']) {
        const warning = nextWarning()
        await writeFile(folder.file, policyFor(app))
        await until(() => accepts(policy, app))
        expect(await warning).to.include({
          name: 'CountersignWarning',
          message: `watchPolicy: a listener failed: ${what}`,
        })
      }
    })
  }

  it('goes on though the one who hears of a reload rejects later, which is a warning', async () => {
    await writeFile(folder.file, policyFor('a'))
    const onReload = async () => {
      await pause(1)
      throw new Error('later')
    }
    open.push(await watchPolicy(folder.file, { onReload }))
    const warning = nextWarning()
    await writeFile(folder.file, policyFor('b'))
    expect(await warning).to.include({ message: 'watchPolicy: a listener failed: later' })
  })

  it('follows in silence where nobody listens for reloads', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watchPolicy(folder.file)
    open.push(policy)
    const warnings: Error[] = []
    const hear = (warning: Error) => warnings.push(warning)
    process.on('warning', hear)
    await writeFile(folder.file, policyFor('b'))
    await until(() => accepts(policy, 'b'))
    await pause(20)
    process.off('warning', hear)
    expect(warnings).to.be.empty
  })

  it('takes one version at a time, when it has settled', async () => {
    await writeFile(folder.file, policyFor('a'))
    const seen: string[] = []
    const onReload = (policy: Policy) => {
      seen.push(['b', 'c'].find(app => accepts(policy, app)) ?? '')
    }
    const policy = await watchPolicy(folder.file, { onReload, onError: error => errors.push(error) })
    open.push(policy)
    const text = policyFor('b')
    for (let length = 1; length < text.length; length += 20) {
      await writeFile(folder.file, text.slice(0, length))
      await pause(5)
    }
    await writeFile(folder.file, text)
    await until(() => seen.length === 1)
    await writeFile(folder.file, policyFor('c'))
    await until(() => seen.length === 2)
    expect(seen).to.deep.equal(['b', 'c'])
    expect(errors).to.be.empty
  })

  describe('whose folder', () => {
    const { watch, setInterval: every } = { watch: fs.watch, setInterval }
    let polls: (number | undefined)[]
    beforeEach(() => {
      polls = []
      globalThis.setInterval = ((poll: () => void, milliseconds?: number) => {
        polls.push(milliseconds)
        return every(poll, 20)
      }) as typeof setInterval
    })
    afterEach(() => {
      globalThis.setInterval = every
      watches(watch)
    })

    function watches(instead: typeof fs.watch): void {
      fs.watch = instead
      syncBuiltinESMExports()
    }

    it('cannot be watched, is looked at every five seconds', async () => {
      watches(() => {
        throw new Error('ENOSPC: no more watches')
      })
      await writeFile(folder.file, policyFor('a'))
      const policy = await watched()
      await writeFile(folder.file, policyFor('b'))
      await until(() => accepts(policy, 'b'))
      expect(polls).to.deep.equal([5000])
      policy.close()
      await writeFile(folder.file, policyFor('c'))
      await pause(200)
      expect(accepts(policy, 'b')).to.equal(true)
    })

    it('is watched no longer, is looked at every five seconds', async () => {
      const [watcher, policy] = await watchedBy()
      watcher.emit('error', new Error('the folder is gone'))
      await until(() => closed === 1)
      await writeFile(folder.file, policyFor('b'))
      await until(() => accepts(policy, 'b'))
    })

    it('is watched without keeping the process alive, and not after close', async () => {
      const [, policy] = await watchedBy()
      expect(asked).to.deep.equal([{ folder: folder.path, options: { persistent: false } }])
      policy.close()
      await until(() => closed === 1)
    })

    let asked: unknown[]
    let closed: number

    async function watchedBy(): Promise<[fs.FSWatcher, WatchedPolicy]> {
      asked = []
      closed = 0
      const watchers: fs.FSWatcher[] = []
      watches(((of: string, options: object, listener: () => void) => {
        asked.push({ folder: of, options })
        const watcher = watch(of, options, listener).on('close', () => closed++)
        watchers.push(watcher)
        return watcher
      }) as typeof fs.watch)
      await writeFile(folder.file, policyFor('a'))
      const policy = await watched()
      return [watchers[0] as fs.FSWatcher, policy]
    }
  })

  it('lets the process end', async () => {
    await writeFile(folder.file, policyFor('a'))
    const module = new URL(`../../lib/policy/watch-policy${extname(import.meta.url)}`, import.meta.url)
    const program = `import { watchPolicy } from '${module}'; await watchPolicy('${folder.file}'); console.log('read')`
    const ended = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 8000,
    })
    expect(ended).to.deep.include({ status: 0, stdout: 'read\n', stderr: '' })
  })

  /** The next of ours: what other services here warn of has another name. */
  async function nextWarning(): Promise<Error> {
    const signal = AbortSignal.timeout(8000)
    for await (const [warning] of on(process, 'warning', { signal })) {
      if (warning.name === 'CountersignWarning') return warning
    }
    throw new Error('no warning')
  }

  it('follows a file that is written', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watched()
    expect(accepts(policy, 'a')).to.equal(true)
    await writeFile(folder.file, policyFor('b'))
    await until(() => accepts(policy, 'b'))
    expect(accepts(policy, 'a')).to.equal(false)
    expect(reloads).to.equal(1)
  })

  it('follows a file that another is renamed over', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watched()
    for (const name of ['b', 'c']) {
      await writeFile(`${folder.file}.new`, policyFor(name))
      await rename(`${folder.file}.new`, folder.file)
      await until(() => accepts(policy, name))
    }
    expect(reloads).to.equal(2)
  })

  it('follows a link whose folder is swapped, as Kubernetes does', async () => {
    for (const version of ['1', '2']) {
      await mkdir(join(folder.path, version))
      await writeFile(join(folder.path, version, 'cart.yaml'), policyFor(`v${version}`))
    }
    await symlink('1', join(folder.path, '..data'))
    await symlink(join('..data', 'cart.yaml'), folder.file)
    const policy = await watched()
    expect(accepts(policy, 'v1')).to.equal(true)
    await symlink('2', join(folder.path, '..data.new'))
    await rename(join(folder.path, '..data.new'), join(folder.path, '..data'))
    await until(() => accepts(policy, 'v2'))
  })

  it('keeps the last good version while the file is broken or gone, and says so once', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watched()
    await writeFile(folder.file, 'a: 1')
    await until(() => errors.length === 1)
    expect(errors[0]?.code).to.equal('ERR_POLICY_INVALID')
    expect(accepts(policy, 'a')).to.equal(true)
    await rm(folder.file)
    await until(() => errors.length === 2)
    expect(errors[1]?.code).to.equal('ERR_POLICY_UNREADABLE')
    expect(accepts(policy, 'a')).to.equal(true)
    await writeFile(folder.file, policyFor('b'))
    await until(() => accepts(policy, 'b'))
    expect(reloads).to.equal(1)
    expect(errors).to.have.length(2)
  })

  it('goes back to a version that it had before', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watched()
    await writeFile(folder.file, 'a: 1')
    await until(() => errors.length === 1)
    await writeFile(folder.file, policyFor('a'))
    await until(() => reloads === 1)
    expect(accepts(policy, 'a')).to.equal(true)
  })

  it('warns where nobody listens for errors', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watchPolicy(folder.file)
    open.push(policy)
    const warning = nextWarning()
    await writeFile(folder.file, 'a: 1')
    const { name, message, code } = (await warning) as CountersignError
    expect({ name, code }).to.deep.equal({ name: 'CountersignWarning', code: 'ERR_POLICY_INVALID' })
    expect(message).to.match(/cart\.yaml:1:1: unknown key `a`[\s\S]*\nthe version before stays in force$/)
  })

  it('stops at close, which may be called twice', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watched()
    policy.close()
    policy.close()
    await writeFile(folder.file, policyFor('b'))
    await pause(400)
    expect(accepts(policy, 'a')).to.equal(true)
    expect(reloads).to.equal(0)
  })

  it('tells nobody of what it was still reading when it was closed', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await watched()
    const { stat } = promises
    const reading = new Promise<() => void>(resolve => {
      promises.stat = (async path => {
        await new Promise<void>(goOn => resolve(goOn))
        return await stat(path)
      }) as typeof stat
      syncBuiltinESMExports()
    })
    try {
      await writeFile(folder.file, policyFor('b'))
      const goOn = await reading
      policy.close()
      promises.stat = stat
      syncBuiltinESMExports()
      goOn()
      await pause(300)
      expect([reloads, errors.length, accepts(policy, 'a')]).to.deep.equal([0, 0, true])
    } finally {
      promises.stat = stat
      syncBuiltinESMExports()
    }
  })

  it('refuses a first version that cannot be used, and wrong options with ERR_OPTION', async () => {
    expect(await errorOf(() => watchPolicy(folder.file))).to.have.property('code', 'ERR_POLICY_UNREADABLE')
    await writeFile(folder.file, 'a: 1')
    expect(await errorOf(() => watchPolicy(folder.file))).to.have.property('code', 'ERR_POLICY_INVALID')
    expect(await errorOf(() => watchPolicy(folder.file, { onError: 5 as never }))).to.have.property(
      'code',
      'ERR_OPTION',
    )
    expect(await errorOf(() => watchPolicy(folder.file, { onReload: 'x' as never }))).to.have.property(
      'code',
      'ERR_OPTION',
    )
  })
})
