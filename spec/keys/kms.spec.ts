import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { root } from '../house/sources.js'

const DRIVER = 'hsm/node_modules/pkcs11js/build/Release/pkcs11.node'

interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

function run(program: string, words: readonly string[], cwd: string): Promise<Run> {
  return new Promise(resolve => {
    execFile(program, words, { cwd, timeout: 240_000 }, (error, stdout, stderr) => {
      const code = error?.code
      resolve({ status: error === null ? 0 : typeof code === 'number' ? code : -1, stdout, stderr })
    })
  })
}

describe('examples/kms', function () {
  this.timeout(300_000)
  let folder: string | undefined

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  it('signs with a key that never leaves SoftHSM (pending without softhsm2, or where its driver cannot be compiled)', async function () {
    if ((await run('softhsm2-util', ['--version'], root)).status !== 0) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'countersign-kms-'))
    const example = join(folder, 'kms')
    const isInstalled = (source: string) => source.includes('node_modules')
    cpSync(join(root, 'examples/kms'), example, {
      recursive: true,
      filter: source => !isInstalled(source.slice(root.length)),
    })
    // The package where a project would have it, and tsx to run it with.
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(root, join(folder, 'node_modules/countersign'), 'junction')
    const installed = await run('npm', ['ci', '--no-audit', '--no-fund'], join(example, 'hsm'))
    if (installed.status !== 0 || !existsSync(join(example, DRIVER))) this.skip()

    const { status, stdout, stderr } = await run(process.execPath, ['--import', 'tsx', join(example, 'main.ts')], root)
    expect(status, stderr).to.equal(0)
    expect(stdout.trimEnd().split('\n')).to.deep.equal([
      'the private half: CKR_ATTRIBUTE_SENSITIVE',
      'a call, signed in the token: true',
      'a hundred at once: 100',
      'started again, under the same kid: true',
      'without the token: CKR_OBJECT_HANDLE_INVALID',
    ])
  })
})
