// A process of its own that works on a directory: `registry-party.ts <directory> <task> ...`. Says `done` at the end.
import { generateSigningKey } from '../../lib/jws/signing-key.js'
import { FileRegistry } from '../../lib/registry/file-registry.js'
import { verifyRegistration } from '../../lib/registry/registration.js'
import { makePublication } from './signed-text.js'

const [directory = '', task, ...parameters] = process.argv.slice(2)
const registry = new FileRegistry(directory)
const say = (line: string) => process.stdout.write(`${line}\n`)

/** Publishes new keys of a service, and each of them again and again. */
async function publish(service = '', rounds = ''): Promise<void> {
  const key = await generateSigningKey('EdDSA')
  for (let round = 0; round < Number(rounds); round++) {
    await registry.publish(await makePublication(service))
    await registry.publish(await makePublication(service, key))
  }
}

/** Reads everything, and fails at the first text that does not verify. */
async function read(rounds = ''): Promise<void> {
  for (let round = 0; round < Number(rounds); round++) {
    for (const { service, kid, registration } of await registry.list()) {
      await verifyRegistration(registration, { service, kid })
    }
  }
}

/** Says which changes it hears of, until it has heard of so many keys. */
async function watch(count = ''): Promise<void> {
  const kids = new Set<string>()
  const keepAlive = setInterval(() => undefined, 1000)
  await new Promise<void>(resolve => {
    const hear = ({ kid }: { readonly kid: string }) => {
      if (kids.add(kid).size === Number(count)) resolve()
    }
    registry.watch(hear).then(() => say('watching'), resolve)
  })
  clearInterval(keepAlive)
  await registry.close()
}

switch (task) {
  case 'publish':
    await publish(...parameters)
    break
  case 'read':
    await read(...parameters)
    break
  case 'watch':
    await watch(...parameters)
    break
  case 'revoke':
    await registry.revoke(parameters[0] ?? '', parameters[1] ?? '')
    break
}
say('done')
