import { AsyncLocalStorage } from 'node:async_hooks'
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { TimeLimit } from '../lib/http/time-limit.js'
import { startIdleInterval } from '../lib/outside.js'
import { collectGarbage } from './hostile/heap.js'

describe('an idle interval', () => {
  it('comes round in no context of whoever began it', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const interval = storage.run('a request', () => startIdleInterval(() => seen.push(storage.getStore()), 1))
    while (seen.length < 3) await sleep(1)
    clearInterval(interval)
    expect(seen.slice(0, 3)).to.deep.equal([undefined, undefined, undefined])
  })

  it('keeps no process running', () => {
    const file = fileURLToPath(new URL('../lib/outside.ts', import.meta.url))
    const program = `import { startIdleInterval } from ${JSON.stringify(file)}; startIdleInterval(() => {}, 1)`
    const options = { encoding: 'utf8', timeout: 30_000 } as const
    const ended = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], options)
    expect([ended.status, ended.stderr]).to.deep.equal([0, ''])
  })

  it('lets go of the request in which a limit of time began, however long others go on', async () => {
    const storage = new AsyncLocalStorage<object>()
    const limit = new TimeLimit(60)
    const begin = () => {
      const [body, store] = [{ bytes: new Uint8Array(100) }, {}]
      const end = storage.run(store, () => limit.begin(() => void body.bytes.fill(0)))
      return { end, held: [new WeakRef(body), new WeakRef(store)] }
    }
    const first = begin()
    const { held } = first
    const other = begin()
    first.end()
    Object.assign(first, { end: undefined })
    // What was dereferenced, or made, stays until the turn is over.
    await sleep(1)
    collectGarbage()
    expect(held.map(reference => reference.deref())).to.deep.equal([undefined, undefined])
    expect(other.held[0]?.deref(), 'what is under way is kept').not.to.equal(undefined)
    other.end()
  })
})
