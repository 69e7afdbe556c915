import type { KeyRegistry } from 'countersign'
import { REVOCATION_SECONDS } from 'countersign/registry/inspection'
import { absence } from './absence.js'
import { readArguments } from './arguments.js'
import { type Command, FAILED, OK, UsageError } from './command.js'
import { errorLine } from './program.js'
import { REGISTRY_OPTIONS, REGISTRY_USAGE, withRegistry } from './registry-options.js'
import type { Terminal } from './terminal.js'

const OPTIONS = {
  ...REGISTRY_OPTIONS,
  all: { type: 'boolean' },
  yes: { type: 'boolean' },
  unseen: { type: 'boolean' },
} as const

/** `countersign registry revoke` */
export const revokeCommand: Command = {
  name: 'registry revoke',
  summary: 'refuse a key from now on, for good',
  usage: `countersign registry revoke <service> <kid> [options]
countersign registry revoke <service> --all [options]

Every hop that the key signed is refused, whenever it was signed. There is no way back. A service that runs makes itself a new key
within 15 seconds, and so does whoever stole its credentials: take the right to write away first.

  --all                    all keys that the service has now
  --unseen                 also a key that the registry does not show
  --yes                    do not ask first
${REGISTRY_USAGE}`,
  async run(words, terminal) {
    const { values, positionals } = readArguments(words, OPTIONS, [1, 2])
    const [service = '', kid] = positionals
    if ((kid === undefined) !== (values.all === true)) throw new UsageError('name either a kid, or --all')
    return await withRegistry(values, terminal, async registry => {
      const kids = await findKids(registry, service, kid, values.unseen === true)
      if (kids.length === 0) {
        const hint = kid === undefined ? '' : '; --unseen revokes it all the same'
        terminal.say(errorLine(`${await absence(registry, service, kid)}${hint}`))
        return FAILED
      }
      if (values.yes !== true && !(await isConfirmed(service, kids, terminal))) return FAILED
      for (const one of kids) {
        await registry.revoke(service, one)
        terminal.write(`revoked ${service} ${one}\n`)
      }
      terminal.say(bounds())
      return OK
    })
  },
}

async function findKids(
  registry: KeyRegistry,
  service: string,
  kid: string | undefined,
  isUnseen: boolean,
): Promise<readonly string[]> {
  if (kid === undefined) {
    const entries = await registry.list(service)
    return entries.filter(({ revoked }) => !revoked).map(entry => entry.kid)
  }
  return isUnseen || (await registry.find(service, kid)) !== undefined ? [kid] : []
}

async function isConfirmed(service: string, kids: readonly string[], terminal: Terminal): Promise<boolean> {
  if (!terminal.isInteractive) throw new UsageError('nobody is there to confirm it: add --yes')
  const what = kids.length === 1 ? `the key ${kids[0]} of ${service}` : `all ${kids.length} keys of ${service}`
  const answer = await terminal.ask(`Revoke ${what}, for good? [y/N] `)
  if (/^y(es)?$/i.test(answer.trim())) return true
  terminal.say('nothing was revoked')
  return false
}

function bounds(): string {
  const { atMost, whileUnreachable } = REVOCATION_SECONDS
  return `services that watch the registry refuse it at once, others within ${atMost} s, and within ${whileUnreachable} s while they cannot reach it`
}
