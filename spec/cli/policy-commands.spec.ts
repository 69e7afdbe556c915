import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { countersign } from './program.js'

const POLICY = `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      come-from:
      - app-name: { equal-to: shop }
`

describe('the commands for policies', function () {
  this.timeout(60_000)
  let directory: string
  const write = (name: string, text: string) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }

  before(() => {
    directory = makeDirectory()
  })
  after(() => removeDirectory(directory))

  it('say that a policy is well formed', async () => {
    const file = write('good.yaml', POLICY)
    expect(await countersign(['policy', 'check', file])).to.deep.equal({
      status: 0,
      stdout: `${file}: well formed\n`,
      stderr: '',
    })
  })

  it('print every problem with its place, of every file', async () => {
    const bad = write('bad.yaml', POLICY.replace('app-name', 'app-nam').replace('any-token', 'any-tokn'))
    const good = write('good.yaml', POLICY)
    const { status, stdout, stderr } = await countersign(['policy', 'check', bad, join(directory, 'none.yaml'), good])
    expect(status).to.equal(1)
    expect(stderr).to.include(`${bad}:3:`).and.include(`${bad}:6:`).and.include('did you mean').and.include('none.yaml')
    expect(stdout).to.equal(`${good}: well formed\n`)
  })

  it('decide, and say why', async () => {
    const policy = write('good.yaml', POLICY)
    const decide = async (service: string) => {
      const input = write('input.json', JSON.stringify({ callStack: [{ service, operation: 'checkout' }] }))
      const { status, stdout } = await countersign(['policy', 'decide', policy, input])
      return { status, effect: JSON.parse(stdout).effect }
    }
    expect(await decide('shop')).to.deep.equal({ status: 0, effect: 'accept' })
    expect(await decide('mallory')).to.deep.equal({ status: 1, effect: 'reject' })
  })

  it('refuse input with a misspelt member, which would prove something else', async () => {
    const policy = write('good.yaml', POLICY)
    const misspelt: [unknown, string][] = [
      [{ callStack: [], initalToken: {} }, 'unknown member `initalToken`; did you mean `initialToken`?'],
      [{ callStack: [{ service: 'shop', operaton: 'x' }] }, 'unknown member `operaton`; did you mean `operation`?'],
      [{ callStack: [], initialToken: { clams: {} } }, 'unknown member `clams`; did you mean `claims`?'],
      [{ callStack: ['shop'] }, 'expected an object with service, operation, claims'],
      [{ callStack: [], initialToken: [] }, 'expected an object with claims'],
      [{ callStack: [], x1y2z3: 1 }, 'unknown member `x1y2z3`; there are callStack, initialToken, now'],
    ]
    for (const [given, says] of misspelt) {
      const { status, stderr } = await countersign([
        'policy',
        'decide',
        policy,
        write('input.json', JSON.stringify(given)),
      ])
      expect({ status, says: stderr.includes(says) }, stderr).to.deep.equal({ status: 2, says: true })
    }
  })

  it('refuse input that is no call stack', async () => {
    const policy = write('good.yaml', POLICY)
    for (const text of ['{', 'null', '[]', '{}', '{"callStack":1}']) {
      const { status, stdout, stderr } = await countersign(['policy', 'decide', policy, write('input.json', text)])
      expect(stderr, text).to.match(
        /^countersign: error: `.*input\.json`(: expected an object with callStack| is not JSON| has no list `callStack`)/,
      )
      expect(stdout).to.equal('')
      expect(status).to.equal(2)
    }
  })
})
