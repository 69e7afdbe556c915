import { OptionError } from '../../errors.js'
import { isServiceName } from '../../model/names.js'
import { isKid, type Place } from '../place.js'

// A bucket `b` is the stream `KV_b` of the subjects `$KV.b.>`: `$KV.b.<service>.<kid>` is a registration, `$KV.b.<service>.<kid>.revoked` a
// tombstone. A name is one token of a subject, its dots written as `=`, which no name has: so `$KV.b.cart.>` is cart's alone, and not cart.eu's.

/** The bucket, unless the options say otherwise. */
export const DEFAULT_BUCKET = 'countersign'

const BUCKET = /^[A-Za-z0-9_-]{1,64}$/
const TOMBSTONE = 'revoked'

/** What a subject in a bucket speaks of. */
export interface Spoken {
  readonly place: Place
  readonly isTombstone: boolean
}

/** The name of a bucket (ERR_OPTION). */
export function checkBucket(what: string, bucket: string = DEFAULT_BUCKET): string {
  if (typeof bucket === 'string' && BUCKET.test(bucket)) return bucket
  throw new OptionError(`${what}: \`bucket\` must match [A-Za-z0-9_-]{1,64}`)
}

/** The subjects of a bucket, and those by which services reach it from accounts of their own. */
export class BucketSubjects {
  readonly bucket: string

  constructor(bucket: string) {
    this.bucket = bucket
  }

  get stream(): string {
    return `KV_${this.bucket}`
  }

  get all(): string {
    return `$KV.${this.bucket}.>`
  }

  allOf(service: string): string {
    return `$KV.${this.bucket}.${tokenOf(service)}.>`
  }

  registration({ service, kid }: Place): string {
    return `$KV.${this.bucket}.${tokenOf(service)}.${kid}`
  }

  tombstone(place: Place): string {
    return `${this.registration(place)}.${TOMBSTONE}`
  }

  /** Answers the last message of a subject. Not JetStream's own name for it, which means each account's own JetStream. */
  get reading(): string {
    return `countersign.${this.bucket}.get`
  }

  /** Answers which subjects there are. */
  get listing(): string {
    return `countersign.${this.bucket}.info`
  }

  /** Below this the server repeats what it has stored, under the same subject. */
  get changes(): string {
    return `countersign.${this.bucket}.changed`
  }

  /** What a subject of the bucket speaks of; undefined if it is of no place. */
  speaksOf(subject: string): Spoken | undefined {
    const [first, bucket, token = '', kid, tombstone, ...more] = subject.split('.')
    const service = token.replaceAll('=', '.')
    if (first !== '$KV' || bucket !== this.bucket || !isServiceName(service) || !isKid(kid)) return undefined
    if (more.length > 0 || (tombstone !== undefined && tombstone !== TOMBSTONE)) return undefined
    return { place: { service, kid }, isTombstone: tombstone !== undefined }
  }

  /** The same of a subject below `changes`. */
  isChangeOf(subject: string): Spoken | undefined {
    return this.speaksOf(`$KV.${this.bucket}${subject.slice(this.changes.length)}`)
  }
}

/** A service's name as one token of a subject. */
export function tokenOf(service: string): string {
  return service.replaceAll('.', '=')
}
