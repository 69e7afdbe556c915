import { OptionError } from '../../errors.js'
import { MAX_NATS_MESSAGE_BYTES, NATS_BUCKET_SECONDS } from '../../limits/registries.js'
import type { RegistrySetup } from '../registry-setup.js'
import { checkPasswords, checkServices } from '../service-accounts.js'
import { NatsConnection } from './nats-connection.js'
import { checkNatsOptions, type NatsOptions } from './nats-options.js'
import { type BucketSubjects, tokenOf } from './subjects.js'

/** Which services there are, and how the operator connects. Without `servers` there are statements only. */
export interface NatsSetupOptions extends Partial<NatsOptions> {
  readonly services: readonly string[]
  /** Of how many servers of a cluster each keeps the bucket: 1, 3 or 5; 1 if absent. */
  readonly replicas?: 1 | 3 | 5 | undefined
}

const NANOSECONDS = 1_000_000_000
const NO_SERVER = ['127.0.0.1']

/**
 * What the server's configuration must have: an account for the bucket with the operator, and one for each service, which reaches the service's
 * own subjects in the bucket and no other. Accounts, because permissions alone do not keep services apart: a server writes its answer
 * wherever the question says. To apply it is to make the bucket, when the server runs with that configuration; the passwords stand there.
 */
export function setupNats(options: NatsSetupOptions): RegistrySetup {
  const { services, replicas = 1, ...connection } = options
  checkServices('setupNats', services)
  if (![1, 3, 5].includes(replicas)) throw new OptionError('setupNats: `replicas` must be 1, 3 or 5')
  const target = checkNatsOptions('setupNats', { ...connection, servers: connection.servers ?? NO_SERVER })
  const statements = configurationOf(target.subjects, services)
  if (connection.servers === undefined) return { statements }
  return {
    statements,
    apply: async passwords => {
      checkPasswords('setupNats', services, passwords)
      const operator = await NatsConnection.open(target)
      try {
        const bucket = bucketOf(target.subjects, replicas)
        await operator.ask(`$JS.API.STREAM.CREATE.${bucket.name}`, JSON.stringify(bucket))
      } finally {
        await operator.close()
      }
    },
  }
}

/**
 * One message for each subject, which nobody can purge, roll up or delete: a tombstone stays until the bucket forgets it. Nobody reads it directly:
 * such answers are what was stored, and not JSON around it.
 */
function bucketOf({ stream, all, changes }: BucketSubjects, replicas: number) {
  return {
    name: stream,
    subjects: [all],
    retention: 'limits',
    storage: 'file',
    discard: 'new',
    num_replicas: replicas,
    max_msgs_per_subject: 1,
    max_msgs: -1,
    max_bytes: -1,
    max_age: NATS_BUCKET_SECONDS * NANOSECONDS,
    max_msg_size: MAX_NATS_MESSAGE_BYTES,
    deny_delete: true,
    deny_purge: true,
    allow_rollup_hdrs: false,
    allow_direct: false,
    republish: { src: all, dest: `${changes}.>`, headers_only: true },
  }
}

function configurationOf(subjects: BucketSubjects, services: readonly string[]): string {
  const accounts = [registryAccount(subjects, services), ...services.map(service => serviceAccount(subjects, service))]
  return `accounts {\n${accounts.join('\n')}\n}\n`
}

function registryAccount(subjects: BucketSubjects, services: readonly string[]): string {
  const { reading, listing, changes } = subjects
  const accounts = `accounts: [${services.map(service => quote(accountOf(subjects, service))).join(', ')}]`
  const exported = services.map(
    service =>
      `      { service: ${quote(subjects.allOf(service))}, accounts: [${quote(accountOf(subjects, service))}] }`,
  )
  return `  ${quote(subjects.bucket)} {
    jetstream: enabled
    users: [{ user: "operator", password: "<password of operator>" }]
    mappings: { ${quote(reading)}: ${quote(readingApi(subjects))}, ${quote(listing)}: ${quote(listingApi(subjects))} }
    exports: [
      { service: ${quote(readingApi(subjects))}, ${accounts} }
      { service: ${quote(listingApi(subjects))}, ${accounts} }
      { stream: ${quote(`${changes}.>`)}, ${accounts} }
${exported.join('\n')}
    ]
  }`
}

function serviceAccount(subjects: BucketSubjects, service: string): string {
  const { reading, listing, changes } = subjects
  const own = subjects.allOf(service)
  return `  ${quote(accountOf(subjects, service))} {
    users: [{
      user: ${quote(service)}, password: "<password of ${service}>"
      permissions: {
        publish: { allow: [${quote(own)}, ${quote(reading)}, ${quote(listing)}] }
        subscribe: { allow: [${quote(`${changes}.>`)}, "_INBOX.>"] }
      }
    }]
    imports: [
      { service: { account: ${quote(subjects.bucket)}, subject: ${quote(own)} } }
      { service: { account: ${quote(subjects.bucket)}, subject: ${quote(readingApi(subjects))} }, to: ${quote(reading)} }
      { service: { account: ${quote(subjects.bucket)}, subject: ${quote(listingApi(subjects))} }, to: ${quote(listing)} }
      { stream: { account: ${quote(subjects.bucket)}, subject: ${quote(`${changes}.>`)} } }
    ]
  }`
}

function accountOf({ bucket }: BucketSubjects, service: string): string {
  return `${bucket}-${tokenOf(service)}`
}

function readingApi({ stream }: BucketSubjects): string {
  return `$JS.API.STREAM.MSG.GET.${stream}`
}

function listingApi({ stream }: BucketSubjects): string {
  return `$JS.API.STREAM.INFO.${stream}`
}

/** Names and subjects have no quote and no backslash. */
function quote(text: string): string {
  return `"${text}"`
}
