import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = fileURLToPath(new URL('../..', import.meta.url))
const door = new URL('../../lib/index.ts', import.meta.url)

describe('a process with a service', function () {
  this.timeout(20_000)
  let folder: string

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-exit-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs a script; its exit code, or `alive` if it had to be ended. */
  const run = async (registry: string, rest: string): Promise<unknown> => {
    const script = `
      import { FileRegistry, MemoryRegistry, Service } from ${JSON.stringify(door.href)}
      const service = await Service.start({ name: 'shop', registry: ${registry} })
      await service.wrap({ audience: 'cart', operation: 'read', job: true })
      ${rest}
    `
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    // Its coverage would be counted in lines of other texts than ours.
    const env = { ...process.env, NODE_V8_COVERAGE: '' }
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', chunk => {
      errors += chunk
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    const code = await new Promise(resolve => child.once('close', resolve))
    clearTimeout(timer)
    expect(errors).to.equal('')
    return code ?? 'alive'
  }

  it('ends by itself after stop, and without it: a service keeps nobody alive', async () => {
    const file = `new FileRegistry(${JSON.stringify(folder)})`
    const codes = await Promise.all([
      run(file, 'await service.stop()'),
      run(file, ''),
      run('new MemoryRegistry()', 'await service.stop()'),
      run('new MemoryRegistry()', ''),
    ])
    expect(codes).to.deep.equal([0, 0, 0, 0])
  })
})
