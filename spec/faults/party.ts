/**
 * A process of its own that has faults, so that others have not: `party.ts <task> <directory> ...`. What it finds it says in
 * lines of JSON.
 */
import { chmodSync, closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { KeyFinder } from '../../lib/registry/key-finder.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'
import { makePublication } from '../registry/signed-text.js'
import { Stage } from './stage.js'

const TASKS: Readonly<Record<string, (directory: string, ...parameters: string[]) => Promise<void>>> = {
  /** Publishes new keys and the same again, until it is killed. */
  publish: async (directory, service = '') => {
    const registry = new FileRegistry(directory)
    const key = await generateSigningKey('EdDSA')
    say('publishing')
    for (;;) {
      await registry.publish(await makePublication(service))
      await registry.publish(await makePublication(service, key))
    }
  },

  /** Rewrites many files in the folder of one service as fast as it can, and its permissions, until it is killed. */
  disturb: async (directory, service = '', count = '') => {
    const folder = join(directory, service)
    mkdirSync(folder, { recursive: true })
    const names = Array.from({ length: Number(count) }, (_, index) => `${String(index).padStart(42, 'A')}A`)
    for (const name of names) writeFileSync(join(folder, name), 'x')
    say('disturbing')
    for (;;) {
      for (const name of names) {
        const temporary = join(folder, `.${'A'.repeat(22)}.tmp`)
        writeFileSync(temporary, 'y')
        renameSync(temporary, join(folder, name))
        chmodSync(folder, 0o755)
      }
    }
  },

  /** Uses up its file descriptors with calls going on, and gives them back. */
  exhaust: async directory => {
    const stage = await Stage.open(directory)
    const before = await stage.call()
    const registry = new FileRegistry(directory)
    const stranger = await makePublication('shop')
    await registry.publish(stranger)
    const files = exhaustDescriptors()
    const calls: string[] = []
    for (let minute = 0; minute < 9; minute += 1) {
      stage.pass(60)
      calls.push(await stage.call())
    }
    // What was closed meanwhile is free again.
    files.push(...exhaustDescriptors())
    const code = Reflect.get(await errorOf(() => registry.find('shop', stranger.kid)), 'code')
    stage.pass(120)
    const late = await stage.call()
    for (const file of files) closeSync(file)
    stage.pass(2)
    say(JSON.stringify({ before, calls: [...new Set(calls)], code, late, after: await stage.call() }))
    await stage.close()
  },

  /** Says when it sees that a key was revoked, which it had found before. */
  watch: async (directory, service = '', kid = '') => {
    const finder = new KeyFinder({ registry: new FileRegistry(directory) })
    await finder.watch()
    await finder.find(service, kid, 1500)
    say('watching')
    await eventually(async () => (await refusalOf(() => finder.find(service, kid, 1500))) === 'ERR_KEY_REVOKED', 30)
    say('revoked')
    await finder.close()
  },

  /** Publishes as nobody. */
  intrude: async (directory, service = '') => {
    process.setuid?.(65_534)
    const registry = new FileRegistry(directory)
    const publication = await makePublication(service)
    const codes = [
      await errorOf(() => registry.publish(publication)),
      await errorOf(() => registry.revoke(service, publication.kid)),
    ].map(error => Reflect.get(error, 'code'))
    say(JSON.stringify(codes))
  },
}

function exhaustDescriptors(): number[] {
  const files: number[] = []
  try {
    for (;;) files.push(openSync('/dev/null', 'r'))
  } catch {
    return files
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const [task = '', directory = '', ...parameters] = process.argv.slice(2)
await TASKS[task]?.(directory, ...parameters)
