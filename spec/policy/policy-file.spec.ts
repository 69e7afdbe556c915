import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { OptionError } from '../../lib/errors/base.js'
import { PolicyInvalid, PolicyUnreadable } from '../../lib/errors/policy.js'
import type { Policy } from '../../lib/model/policy.js'
import { loadPolicy } from '../../lib/policy/policy-file.js'
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
