import { createHash } from 'node:crypto'
import { OptionError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import type { RegistrySetup } from '../registry-setup.js'
import { checkPasswords, checkServices } from '../service-accounts.js'
import { KEYSPACE, registrationPattern, tombstonePattern } from './layout.js'
import { RedisConnection } from './redis-connection.js'
import { checkPrefix, checkRedisOptions, REDIS_OPTIONS, type RedisOptions } from './redis-options.js'

/** Which services there are, and how the operator connects. Without `url` there are statements only. */
export interface RedisSetupOptions extends Partial<RedisOptions> {
  readonly services: readonly string[]
}

type Command = readonly string[]

/** What keeps Redis from forgetting tombstones. */
const MEMORY: readonly (readonly [name: string, value: string])[] = [
  ['maxmemory-policy', 'noeviction'],
  ['appendonly', 'yes'],
  ['appendfsync', 'always'],
]
/** Events by key: of commands for texts, of those for any key, of expiry. */
const EVENTS = 'K$gx'
/** All kinds of events. */
const ALL_EVENTS = 'A'
const READING = ['+getrange', '+exists', '+scan', '+psubscribe', '+punsubscribe']
const TRANSACTIONS = ['+watch', '+unwatch', '+multi', '+exec', '+discard']

/**
 * A user `<prefix without slash>.<service>` for each service. He reads below the prefix, sets registrations below his own name, and makes
 * tombstones there by a command that can neither replace nor expire one. Applied again with one service more, it adds that one.
 */
export function setupRedis(options: RedisSetupOptions): RegistrySetup {
  const { services, url, ...rest } = checkOptions('setupRedis', options, ['services', ...REDIS_OPTIONS])
  const prefix = checkPrefix('setupRedis', rest.prefix)
  checkServices('setupRedis', services)
  const users = services.map(service => userCommand(prefix, service, `><password of ${service}>`))
  const settings = [...MEMORY, ['notify-keyspace-events', EVENTS]].map(setting => ['CONFIG', 'SET', ...setting])
  const commands = [...settings, ['CONFIG', 'REWRITE'], ...users, ['ACL', 'SAVE']]
  const statements = `${commands.map(command => command.map(quote).join(' ')).join('\n')}\n`
  if (url === undefined) return { statements }
  const target = checkRedisOptions('setupRedis', { url, ...rest })
  return {
    statements,
    apply: async passwords => {
      checkPasswords('setupRedis', services, passwords)
      const operator = await RedisConnection.open(target)
      try {
        await refuseOpenDoor(operator)
        await configure(operator)
        for (const service of services) {
          await run(operator, userCommand(prefix, service, `#${digestOf(passwords[service] ?? '')}`))
        }
        await run(operator, ['ACL', 'SAVE'])
      } finally {
        await operator.close()
      }
    },
  }
}

/** Each right of its own: two patterns and two commands together would be four rights. */
function userCommand(prefix: string, service: string, secret: string): Command {
  const user = `${prefix.slice(0, -1)}.${service}`
  const reads = [`%R~${prefix}*`, `&${KEYSPACE}${prefix}*`, ...READING, ...TRANSACTIONS]
  const publishes = `(%W~${registrationPattern(prefix, service)} +set)`
  const revokes = `(%W~${tombstonePattern(prefix, service)} +setnx)`
  return ['ACL', 'SETUSER', user, 'reset', 'on', secret, ...reads, publishes, revokes]
}

/** A server that lets everybody in as its default user has no wall. */
async function refuseOpenDoor(operator: RedisConnection): Promise<void> {
  const account = await operator.ask(client => client.aclGetUser('default'))
  if (account?.flags.includes('on') && account.flags.includes('nopass')) {
    throw new OptionError('setupRedis: redis lets everybody in: give its user `default` a password, or switch it off')
  }
}

/** Settings that are as they should be need no file to be kept in. */
async function configure(operator: RedisConnection): Promise<void> {
  const found = await operator.ask(client =>
    client.configGet([...MEMORY.map(([name]) => name), 'notify-keyspace-events']),
  )
  const events = found['notify-keyspace-events'] ?? ''
  const changes = [...MEMORY, ['notify-keyspace-events', withOurs(events)] as const].filter(
    ([name, value]) => found[name] !== value,
  )
  for (const [name, value] of changes) await run(operator, ['CONFIG', 'SET', name, value])
  if (changes.length > 0) await run(operator, ['CONFIG', 'REWRITE'])
}

/** Others may want other events. */
function withOurs(events: string): string {
  const isCovered = (event: string) => events.includes(event) || (event !== 'K' && events.includes(ALL_EVENTS))
  return events + [...EVENTS].filter(event => !isCovered(event)).join('')
}

async function run(operator: RedisConnection, command: Command): Promise<void> {
  await operator.ask(client => client.sendCommand([...command]))
}

/** Redis takes a digest too, so that its log and its monitors never see the password. */
function digestOf(password: string): string {
  return createHash('sha256').update(password).digest('hex')
}

/** Names and passwords have no quotes in them. */
function quote(word: string): string {
  return word.includes(' ') ? `"${word}"` : word
}
