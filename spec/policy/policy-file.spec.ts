import { writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { OptionError } from '../../lib/errors/base.js'
import { PolicyInvalid, PolicyUnreadable } from '../../lib/errors/policy.js'
import { loadPolicy } from '../../lib/policy/policy-file.js'
import { errorOf } from '../jws/refusal.js'
import { accepts, PolicyFolder, policyFor } from './policy-folder.js'
import { stack } from './verdict.js'

describe('loadPolicy', () => {
  const folder = new PolicyFolder()

  it('reads a file once', async () => {
    await writeFile(folder.file, policyFor('a'))
    const policy = await loadPolicy(folder.file)
    await writeFile(folder.file, policyFor('b'))
    expect(accepts(policy, 'a')).to.equal(true)
    expect(policy.evaluate({ callStack: stack('a') }).lists[0]?.rule?.file).to.equal(folder.file)
  })

  it('refuses what it cannot read with ERR_POLICY_UNREADABLE', async () => {
    const missing = (await errorOf(() => loadPolicy(folder.file))) as PolicyUnreadable
    expect(missing).to.be.instanceOf(PolicyUnreadable)
    expect(missing.code).to.equal('ERR_POLICY_UNREADABLE')
    expect(missing.message).to.equal(`cannot read policy \`${folder.file}\`: ENOENT`)
    expect(missing.cause).to.be.instanceOf(Error)
    expect(await errorOf(() => loadPolicy(folder.path))).to.have.property(
      'message',
      `cannot read policy \`${folder.path}\`: not a file`,
    )
    expect(await errorOf(() => loadPolicy('a\0b'))).to.be.instanceOf(PolicyUnreadable)
  })

  it('refuses an invalid policy with ERR_POLICY_INVALID', async () => {
    await writeFile(folder.file, 'a: 1')
    const error = (await errorOf(() => loadPolicy(folder.file))) as PolicyInvalid
    expect(error).to.be.instanceOf(PolicyInvalid)
    expect(error.message).to.match(/cart\.yaml:1:1: unknown key `a`/)
    await writeFile(folder.file, Buffer.from([0x61, 0xff]))
    expect(await errorOf(() => loadPolicy(folder.file))).to.have.nested.property(
      'problems[0].message',
      'a policy is UTF-8 text',
    )
    await writeFile(folder.file, 'x'.repeat(65_537))
    const large = await errorOf(() => loadPolicy(folder.file))
    expect(large).to.have.nested.property('problems[0].message', 'a policy has at most 65536 bytes')
  })

  it('refuses a file that is no path with ERR_OPTION', async () => {
    for (const wrong of [undefined, 5, '']) {
      const error = await errorOf(() => loadPolicy(wrong as never))
      expect(error).to.be.instanceOf(OptionError).with.property('code', 'ERR_OPTION')
    }
  })
})
