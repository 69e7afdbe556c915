import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { expectedAttacks } from '../examples/demo/attacks.js'

interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const DEMO_SECONDS = 20
/** The demo's exit status where the server of an engine is missing. */
const NOT_INSTALLED = 2

/** Runs node as a user would, in a process of its own. */
function runNode(...args: readonly string[]): Promise<Run> {
  return runNodeWith({}, ...args)
}

/** The same with some variables in its environment. */
function runNodeWith(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Run> {
  const options = { env: { ...process.env, CI: 'true', ...environment }, timeout: 70_000 }
  return new Promise(resolve => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const code = error?.code
      resolve({ status: error === null ? 0 : typeof code === 'number' ? code : 1, stdout, stderr })
    })
  })
}

for (const name of ['hello', 'node-http']) {
  describe(`examples/${name}`, function () {
    this.timeout(20_000)
    let run: Run

    before(async () => {
      run = await runNode('--import', 'tsx', `examples/${name}/main.ts`)
    })

    it('ends by itself, well', () => {
      expect(run.status, run.stderr).to.equal(0)
    })

    it('shows a call that was accepted, and two that were not', () => {
      const lines = run.stdout.trimEnd().split('\n')
      expect(lines[0]).to.equal('web: 200 hello alice, by way of web')
      expect(lines[1]).to.match(/^newsletter: 403 \{.*\}$/)
      expect(lines[2]).to.match(/^anybody: 401 \{.*\}$/)
      expect(lines).to.have.length(3)
    })

    it('leaves why to the log', () => {
      const [rejected, missing] = run.stderr.split('\n')
      expect(rejected).to.include('ERR_POLICY_REJECTED').and.include('greeter.yaml:3').and.include('saw newsletter')
      expect(missing).to.include('ERR_PRESENTATION_MISSING')
      expect(run.stdout).to.not.include('ERR_')
    })
  })
}

let compiling: Promise<Run> | undefined

/** As `npm run demo` does. */
async function compileDemo(): Promise<void> {
  compiling ??= runNode('node_modules/typescript/bin/tsc', '-p', 'examples/demo')
  const compiled = await compiling
  expect(compiled.status, compiled.stdout).to.equal(0)
}

describe('examples/demo', function () {
  this.timeout(80_000)
  let run: Run
  let seconds: number

  before(async () => {
    await compileDemo()
    const start = performance.now()
    run = await runNode('examples/.demo/main.js')
    seconds = (performance.now() - start) / 1000
  })

  it('ends well, and in time', () => {
    expect(run.status, run.stderr).to.equal(0)
    expect(seconds).to.be.below(DEMO_SECONDS)
  })

  it('is quiet otherwise', () => {
    expect(run.stderr).to.equal('')
  })

  it('shows the call stack of each service and the rule that accepted it', () => {
    expect(run.stdout).to.match(
      /^ {2}cart +◀─ checkout ─ shop ◀─ alice \(jwt, shop\.user\)\n +✔ accepted by cart\.yaml:\d+ {2}"/m,
    )
    expect(run.stdout).to.match(
      /^ {2}inventory +◀─ commit ─ cart ◀─ checkout ─ shop ◀─ alice .*\n.*inventory\.yaml:\d+ {2}"/m,
    )
    expect(run.stdout).to.match(
      /^ {2}suppliers +◀─ resupply ─ inventory ◀─ commit ─ cart ◀─ .*\n.*suppliers\.yaml:\d+ {2}"/m,
    )
  })

  for (const { attempt, refusedBy, acceptedBy, status, code } of expectedAttacks) {
    it(`refuses ${attempt}: ${code}, and accepts its twin`, () => {
      const [, attack = '', twin = ''] = run.stdout.slice(run.stdout.indexOf(attempt)).split('\n')
      expect(attack).to.match(new RegExp(`^ +✘ ${refusedBy} +${status} ${code} +\\S`))
      expect(twin).to.match(new RegExp(`^ +✔ ${acceptedBy} +20[01] its twin +\\S`))
    })
  }

  it('ends with a summary', () => {
    const count = expectedAttacks.length
    const summary = new RegExp(`\n${count} attacks refused, ${count} twins accepted, 4 services, [0-9.]+ s\n$`)
    expect(run.stdout).to.match(summary)
  })

  it('fits into a terminal of 100 columns, and has no colours where there is none', () => {
    const tooLong = run.stdout.split('\n').filter(line => [...line].length > 99)
    expect(tooLong).to.deep.equal([])
    expect(run.stdout).to.not.include('\u001b')
  })

  it('has an attacker that imports nothing of ours', () => {
    for (const file of readdirSync('examples/demo/attacker')) {
      const source = readFileSync(`examples/demo/attacker/${file}`, 'utf8')
      const imports = Array.from(
        source.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g),
        match => match[1] ?? match[2],
      )
      expect(
        imports.filter(name => !/^(?:node:|\.\/[a-z-]+\.js$)/.test(name ?? '')),
        file,
      ).to.deep.equal([])
    }
  })
})

const ENGINES = [
  { name: 'etcd', title: /keys in etcd \d/, refusal: 'etcdserver: permission denied' },
  {
    name: 'postgres',
    title: /keys in PostgreSQL \d/,
    refusal: 'new row violates row-level security policy for table "registration"',
  },
]

for (const { name, title, refusal } of ENGINES) {
  describe(`examples/demo --registry ${name}`, function () {
    this.timeout(120_000)
    let run: Run

    before(async function () {
      await compileDemo()
      run = await runNode('examples/.demo/main.js', '--registry', name)
      if (run.status !== NOT_INSTALLED || process.env.CI === 'true') return
      process.stderr.write(`    skipped for want of a server: ${run.stderr}`)
      this.skip()
    })

    it('ends well, with all attacks refused and all twins accepted', () => {
      expect(run.status, run.stderr).to.equal(0)
      expect(run.stderr).to.equal('')
      const count = expectedAttacks.length
      expect(run.stdout).to.match(title)
      expect(run.stdout).to.include(`\n${count} attacks refused, ${count} twins accepted, 4 services, `)
    })

    it('goes on while the engine is killed', () => {
      expect(run.stdout).to.match(/The registry is killed, and alice orders again\.\n +✔ accepted by all/)
    })

    it("lets the engine itself refuse a write below another's name", () => {
      expect(run.stdout).to.include(`✘ ${refusal}\n`)
    })

    it('fits into a terminal of 100 columns', () => {
      expect(run.stdout.split('\n').filter(line => [...line].length > 99)).to.deep.equal([])
    })
  })
}

describe('examples/demo --registry', function () {
  this.timeout(60_000)

  it('says in a line which engines there are, and what to install', async () => {
    await compileDemo()
    const unknown = await runNode('examples/.demo/main.js', '--registry', 'mongo')
    expect(unknown.stderr).to.equal('The demo did not begin: --registry is one of file, etcd, postgres, redis\n')
    expect(unknown.status).to.equal(NOT_INSTALLED)
    const missing = await runNodeWith({ PATH: '/nowhere' }, 'examples/.demo/main.js', '--registry', 'etcd')
    expect(missing.stderr).to.equal(
      'The demo did not begin: there is no `etcd` here; on Debian: apt-get install etcd-server\n',
    )
    expect(missing.status).to.equal(NOT_INSTALLED)
  })
})
