import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FileRegistry } from '../../lib/index.js'
import { generateSigningKey, type SigningKey } from '../../lib/jws/signing-key.js'
import { signRegistration } from '../../lib/registry/registration.js'
import { forgeKey } from '../forge/key.js'
import { root } from '../house/sources.js'

/** Commands of the page, and the text block right behind them, if there is one. */
interface Step {
  readonly heading: string
  readonly commands: string
  readonly output: readonly string[]
}

/** What is there before a step, where it runs, and what has to be so behind it. */
interface Rehearsal {
  readonly prepare?: () => unknown
  /** Of another registry than that of the place. */
  readonly address?: string
  readonly status?: number
  readonly check?: () => unknown
}

/** A directory in which a step runs, and who is in its registry. */
interface Place {
  readonly directory: string
  readonly registry: FileRegistry
  readonly kid: string
}

function stepsOf(page: string): Step[] {
  const section = page.slice(page.indexOf('## 5. '))
  return section.split(/^(?=### )/m).flatMap(part => {
    const heading = /^### (.*)$/m.exec(part)?.[1] ?? ''
    const blocks = part.matchAll(/^```sh\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```$)?/gm)
    return [...blocks].map(([, commands = '', output]) => ({
      heading,
      commands,
      output: output?.trimEnd().split('\n') ?? [],
    }))
  })
}

/** A key whose kid looks like an option of a command: one in 64 does. */
async function keyWithDash(): Promise<SigningKey> {
  const key = await generateSigningKey('EdDSA')
  return key.kid.startsWith('-') ? key : await keyWithDash()
}

/** A block as the page has it: `…` stands for any text, other lines too where it stands alone. */
function patternOf(lines: readonly string[]): RegExp {
  const quoted = lines.map(line =>
    line === '…'
      ? '[\\s\\S]*'
      : line
          .split('…')
          .map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, ' +'))
          .join('.*'),
  )
  return new RegExp(`^${quoted.join('\\n')}\\n?$`)
}

describe('the runbook of docs/keys.md', function () {
  this.timeout(60_000)
  const steps = stepsOf(readFileSync(join(root, 'docs/keys.md'), 'utf8'))
  const folders: string[] = []
  let place: Place

  beforeEach(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-runbook-'))
    folders.push(directory)
    const bin = join(directory, 'bin')
    mkdirSync(bin)
    const program = join(bin, 'countersign')
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"\n`)
    chmodSync(program, 0o755)
    const registry = new FileRegistry(join(directory, 'registry'))
    place = { directory, registry, kid: await register(registry, 0) }
  })
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  /** Registers a key of shop for an hour, some seconds from now. */
  async function register(registry: FileRegistry, ahead: number): Promise<string> {
    const notBefore = Math.floor(Date.now() / 1000) + ahead
    const terms = { service: 'shop', notBefore, expiresAt: notBefore + 3600 }
    const key = await keyWithDash()
    const registration = await signRegistration(key, terms)
    await registry.publish({ service: 'shop', kid: key.kid, registration, expiresAt: terms.expiresAt })
    return key.kid
  }

  const isRevoked = async () => (await place.registry.find('shop', place.kid))?.revoked
  const write = (file: string, text: string) => writeFileSync(join(place.directory, file), text, { mode: 0o600 })

  const RUNS: Readonly<Record<string, Rehearsal>> = {
    'A key has leaked 1': {
      check: async () => expect(await isRevoked()).to.equal(true),
    },
    'A key has leaked 2': {
      check: async () => expect(await isRevoked()).to.equal(true),
    },
    'The registrar has leaked 1': {
      prepare: () => write('root.jwk', JSON.stringify(forgeKey('root', 'EdDSA').privateJwk)),
      check: () => {
        const delegation = readFileSync(join(place.directory, 'delegation.jws'), 'utf8')
        const header = JSON.parse(Buffer.from(delegation.split('.')[0] ?? '', 'base64url').toString())
        expect(header).to.include({ typ: 'delegation+jws', kid: forgeKey('root', 'EdDSA').kid })
        expect(header.exp - header.iat).to.equal(7 * 86_400)
      },
    },
    'The registrar has leaked 2': {
      prepare: () => write('new-registrars.json', JSON.stringify([forgeKey('new root', 'EdDSA').publicJwk])),
    },
    'The registry is gone 1': {
      address: 'etcd://127.0.0.1:2/countersign/',
      status: 1,
    },
    'The registry is gone 2': {
      check: () => expect(existsSync(join(place.directory, 'registry.json'))).to.equal(true),
    },
    'The registry is gone 3': {
      prepare: () => {
        write(
          'registry.json',
          JSON.stringify([
            { service: 'shop', kid: place.kid, state: 'revoked' },
            { service: 'cart', kid: place.kid, state: 'valid' },
          ]),
        )
        rmSync(join(place.directory, 'registry', 'shop'), { recursive: true })
      },
      check: async () => {
        expect(await isRevoked()).to.equal(true)
        expect(await place.registry.find('cart', place.kid)).to.equal(undefined)
      },
    },
    'Clocks are wrong 1': {
      prepare: async () => {
        rmSync(join(place.directory, 'registry', 'shop'), { recursive: true })
        await register(place.registry, 600)
      },
    },
  }

  const run = (commands: string, address = `file:${join(place.directory, 'registry')}`) =>
    new Promise<{ readonly status: unknown; readonly text: string }>(resolve => {
      const { directory, kid } = place
      const env = {
        PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
        COUNTERSIGN_REGISTRY: address,
        KID: kid,
      }
      execFile('sh', ['-eu', '-c', commands], { cwd: directory, env, timeout: 50_000 }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : error.code, text: error === null ? stdout : stderr })
      })
    })

  const numbered = steps.map((step, at) => {
    const before = steps.slice(0, at).filter(({ heading }) => heading === step.heading).length
    return { ...step, name: `${step.heading} ${before + 1}` }
  })

  it('has commands for each case, and no others', () => {
    expect(numbered.map(({ name }) => name)).to.deep.equal(Object.keys(RUNS))
  })

  for (const { name, commands, output } of numbered) {
    it(`does what it says: ${name}`, async () => {
      const { prepare, check, address, status = 0 } = RUNS[name] ?? {}
      await prepare?.()
      const ran = await run(commands, address)
      expect(ran.status, ran.text).to.equal(status)
      if (output.length > 0) expect(ran.text).to.match(patternOf(output))
      await check?.()
    })
  }
})
