import { statSync } from 'node:fs'
import { expect } from 'chai'
import { countersign } from './program.js'

const COMMANDS = [
  'registry list',
  'registry show',
  'registry watch',
  'registry revoke',
  'registry setup',
  'policy check',
  'policy decide',
]

describe('the command line', function () {
  this.timeout(60_000)

  it('lists its commands, and of a group those of the group', async () => {
    const all = await countersign(['--help'])
    expect(all.status).to.equal(0)
    for (const name of COMMANDS) expect(all.stdout).to.match(new RegExp(`^ {2}countersign ${name} +\\S`, 'm'))
    const policy = await countersign(['policy', '--help'])
    expect(policy.status).to.equal(0)
    expect(policy.stdout).to.include('countersign policy check').and.not.include('registry')
  })

  it('is misused without a command', async () => {
    for (const words of [[], ['registry']]) {
      const { status, stdout } = await countersign(words)
      expect(status).to.equal(2)
      expect(stdout).to.include('countersign registry list')
    }
  })

  for (const name of COMMANDS) {
    it(`says how \`${name}\` is called`, async () => {
      const { status, stdout, stderr } = await countersign([...name.split(' '), '--help'])
      expect(stderr).to.equal('')
      expect(stdout).to.match(new RegExp(`^countersign ${name} `))
      expect(stdout.split('\n').filter(line => line.length > 130)).to.deep.equal([])
      expect(status).to.equal(0)
    })
  }

  const misspelled: readonly (readonly [words: string, says: string])[] = [
    ['registy list', 'unknown command `registy`; did you mean `registry`?'],
    ['registry lst', 'unknown command `registry lst`; did you mean `registry list`?'],
    ['zzz', 'unknown command `zzz`; there are registry, policy'],
    ['registry list --jsn', 'unknown option `--jsn`; did you mean `--json`?'],
    ['registry list --registry', '`--registry` needs a value'],
    ['registry list --registry --json', '`--registry` needs a value'],
    ['registry list --json=yes', '`--json` takes no value'],
    ['registry list a b', 'unexpected argument `b`'],
    ['registry show', 'an argument is missing'],
    ['registry list', 'which registry? --registry <address>, or set COUNTERSIGN_REGISTRY'],
    ['registry list --registry ./keys', 'a directory is `file:./registry`'],
    ['registry list --registry file:/nowhere/at/all', 'there is no directory `/nowhere/at/all`'],
    ['registry list --registry etdc://host', 'no registry is called `etdc`; did you mean `etcd`?'],
    ['registry setup rdis --services cart', 'no engine is called `rdis`; did you mean `redis`?'],
    ['registry setup file --services cart', '`file` has no statements'],
    ['registry setup jwks --services cart', '`jwks` has no statements'],
    ['registry setup etcd', 'which services? --services cart,shop'],
    ['registry setup etcd --services Cart', 'the service must match [a-z0-9]'],
    ['registry setup etcd --services cart --apply', 'either --passwords <file>, or --new-passwords <file>'],
    ['registry setup etcd --services cart --registry redis://host', '--registry is an address of redis, not of etcd'],
  ]
  for (const [words, says] of misspelled) {
    it(`does not understand \`${words}\`, and says what to type`, async () => {
      const { status, stdout, stderr } = await countersign(words.split(' '))
      expect(stderr).to.match(/^countersign: error: /)
      expect(stderr).to.include(says)
      expect(stderr.trimEnd().split('\n').length).to.be.below(3)
      expect(stdout).to.equal('')
      expect(status).to.equal(2)
    })
  }

  it('prints no password, whatever is wrong with the address', async () => {
    const password = 'hunter2!'
    const addresses = [
      `etcd://root:${password}@127.0.0.1:1`,
      `etcd://root:${password}@127.0.0.1:1/no-slash?x=1`,
      `etcd://root:${password}@host name`,
      `etdc://root:${password}@host`,
      `postgres://operator:${password}@127.0.0.1:9/`,
      `postgres://operator:${password}@127.0.0.1:9/a/B`,
      `redis://default:${password}@127.0.0.1:9/3/`,
      `redis://default:${password}@a,b`,
      `zookeeper://operator:${password}@127.0.0.1:9/..`,
      `nats://operator:${password}@127.0.0.1:9/a.b`,
      `https://operator:${password}@127.0.0.1`,
    ]
    for (const address of addresses) {
      const { status, stdout, stderr } = await countersign(['registry', 'list', '--registry', address])
      expect(status, address).to.be.oneOf([1, 2])
      expect(stderr, address).to.match(/^countersign: error: /)
      expect(stdout + stderr, address)
        .to.not.include(password)
        .and.not.include('hunter2')
    }
  })

  it('says that a server cannot be reached, in one line', async () => {
    const { status, stderr } = await countersign(['registry', 'list', '--registry', 'redis://127.0.0.1:9'])
    expect(stderr).to.equal(
      'countersign: error: the registry cannot answer (redis): connect ECONNREFUSED 127.0.0.1:9\n',
    )
    expect(status).to.equal(1)
  })

  it('is a program that the package names', () => {
    expect(statSync('dist/cli/main.js').isFile()).to.equal(true)
  })
})
