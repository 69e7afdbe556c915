import { OptionError } from '../../errors.js'
import type { JsonObject } from '../../model/json.js'
import { checkOptions } from '../../options.js'
import type { RegistrySetup } from '../registry-setup.js'
import { checkPasswords, checkServices } from '../service-accounts.js'
import { EtcdError } from './etcd-error.js'
import { EtcdKeys, rangeOf } from './etcd-keys.js'
import { checkEtcdOptions, ETCD_OPTIONS, type EtcdAccount, type EtcdOptions, type EtcdTarget } from './etcd-options.js'
import { EtcdSession } from './etcd-session.js'

/** Who may write, and over whose connection that is arranged: etcd's `root`, or another user with the role `root`. */
export interface EtcdSetupOptions extends EtcdOptions {
  readonly services: readonly string[]
}

const WHAT = 'setupEtcd'
const SETUP_OPTIONS = ['services', ...ETCD_OPTIONS] as const
const SUPERUSER = 'root'
const NOT_ENABLED = /authentication is not enabled/
const ALREADY_THERE = /name already exists/

/**
 * A user for each service, by its name, who may read what all services publish and write below his own name only; and authentication
 * switched on, without which etcd lets everybody write everything.
 */
export function setupEtcd(options: EtcdSetupOptions): RegistrySetup {
  const { services, ...rest } = checkOptions(WHAT, options, SETUP_OPTIONS)
  const target = checkEtcdOptions(WHAT, rest)
  checkServices(WHAT, services)
  for (const service of services) {
    if (service === SUPERUSER || service === target.account?.name) {
      throw new OptionError(`${WHAT}: a service named \`${service}\` would be etcd's operator`)
    }
  }
  const keys = new EtcdKeys(target.prefix)
  return Object.freeze({
    statements: statementsFor(services, keys),
    apply: async (passwords: Readonly<Record<string, string>>) => {
      checkPasswords(WHAT, services, passwords)
      await apply(target, services, passwords)
    },
  })
}

/** The commands of `etcdctl`, in a shell. Names and prefixes need no quotes there. */
function statementsFor(services: readonly string[], keys: EtcdKeys): string {
  const user = (name: string) => `etcdctl user add ${name} --new-user-password '<password of ${name}>'`
  const lines = [user(SUPERUSER), `etcdctl user grant-role ${SUPERUSER} ${SUPERUSER}`]
  for (const service of services) {
    const role = roleOf(keys, service)
    lines.push(
      `etcdctl role add ${role}`,
      `etcdctl role grant-permission ${role} --prefix read ${keys.folder()}`,
      `etcdctl role grant-permission ${role} --prefix write ${keys.folder(service)}`,
      user(service),
      `etcdctl user grant-role ${service} ${role}`,
    )
  }
  return `${[...lines, 'etcdctl auth enable'].join('\n')}\n`
}

/** A role is called as the folder that it may write, so that several prefixes can share a cluster. */
function roleOf(keys: EtcdKeys, service: string): string {
  return keys.folder(service).slice(0, -1)
}

/** What is there already stays; its password is the one that is given now. */
async function apply(
  target: EtcdTarget,
  services: readonly string[],
  passwords: Readonly<Record<string, string>>,
): Promise<void> {
  const { account, prefix } = target
  if (account === undefined) throw new OptionError(`${WHAT}: \`username\` and \`password\` of the operator are missing`)
  const keys = new EtcdKeys(prefix)
  const ask = await connect(target, account)
  for (const service of services) {
    const role = roleOf(keys, service)
    await unlessThere(ask('role/add', { name: role }))
    await ask('role/grant', { name: role, perm: { permType: 'READ', ...rangeOf(keys.folder()) } })
    await ask('role/grant', { name: role, perm: { permType: 'WRITE', ...rangeOf(keys.folder(service)) } })
    await addUser(ask, { name: service, password: passwords[service] ?? '' })
    await ask('user/grant', { user: service, role })
  }
  await ask('enable', {})
}

type Ask = (path: string, content: JsonObject) => Promise<unknown>

/** As the operator; he is made first where authentication was never switched on, so that nobody is locked out. */
async function connect(target: EtcdTarget, operator: EtcdAccount): Promise<Ask> {
  const asking =
    (session: EtcdSession): Ask =>
    (path, content) =>
      session.ask(`/v3/auth/${path}`, content)
  const ask = asking(new EtcdSession(target))
  try {
    await ask('user/list', {})
    return ask
  } catch (error) {
    if (!saysThat(error, NOT_ENABLED)) throw error
  }
  const anonymously = asking(new EtcdSession({ ...target, account: undefined }))
  await addUser(anonymously, operator)
  await anonymously('user/grant', { user: operator.name, role: SUPERUSER })
  return anonymously
}

async function addUser(ask: Ask, { name, password }: EtcdAccount): Promise<void> {
  const isNew = await unlessThere(ask('user/add', { name, password }))
  if (!isNew) await ask('user/changepw', { name, password })
}

/** Whether something was made: it may be there already. */
async function unlessThere(making: Promise<unknown>): Promise<boolean> {
  try {
    await making
    return true
  } catch (error) {
    if (saysThat(error, ALREADY_THERE)) return false
    throw error
  }
}

function saysThat(error: unknown, what: RegExp): boolean {
  return error instanceof EtcdError && what.test(error.message)
}
