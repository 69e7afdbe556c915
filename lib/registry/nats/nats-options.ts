import type { TlsOptions } from '@nats-io/transport-node'
import { OptionError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { BucketSubjects, checkBucket } from './subjects.js'

/** How to reach a NATS, and as whom. */
export interface NatsOptions {
  /** Each as `host:port`: any of the cluster. */
  readonly servers: readonly string[]
  /** A user and a password of the server's configuration: a service's own name. Without TLS they travel as they are. */
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** The JetStream key-value bucket; `countersign` if absent. */
  readonly bucket?: string | undefined
  /** As `@nats-io/transport-node` wants it; with an empty object TLS is required. */
  readonly tls?: TlsOptions | undefined
}

/** The options, checked. */
export interface NatsTarget extends Omit<NatsOptions, 'bucket'> {
  readonly subjects: BucketSubjects
}

const OPTIONS = ['servers', 'user', 'password', 'bucket', 'tls'] as const

/** Refuses what is wrong (ERR_OPTION). */
export function checkNatsOptions(what: string, options: NatsOptions): NatsTarget {
  const { servers, user, password, bucket, tls } = checkOptions(what, options, OPTIONS)
  const isList = Array.isArray(servers) && servers.length > 0
  if (!isList || !servers.every(server => typeof server === 'string' && server !== '')) {
    throw new OptionError(`${what}: \`servers\` must be a list of at least one \`host:port\``)
  }
  for (const [name, value] of Object.entries({ user, password })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw new OptionError(`${what}: \`${name}\` must be a text`)
    }
  }
  if ((user === undefined) !== (password === undefined)) {
    throw new OptionError(`${what}: \`user\` and \`password\` belong together`)
  }
  if (tls !== undefined && (typeof tls !== 'object' || tls === null))
    throw new OptionError(`${what}: \`tls\` must be an object`)
  return { servers: [...servers], user, password, tls, subjects: new BucketSubjects(checkBucket(what, bucket)) }
}
