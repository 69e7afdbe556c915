import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { isServiceName } from '../../model/names.js'
import { isKid, type Place } from '../place.js'
import { EtcdError } from './etcd-error.js'
import { isObject } from './gateway-exchange.js'

// `<prefix><service>/<kid>` is a registration, `<prefix><service>/<kid>.revoked` a tombstone.

const TOMBSTONE = '.revoked'

/** What a key of etcd speaks of. */
export interface KeyMeaning extends Place {
  readonly isTombstone: boolean
}

/** A key with its value, as an answer has it: read, not believed. */
export interface KeyValue {
  readonly key: string
  /** Cut behind what a registration may have. */
  readonly value: string
  readonly modRevision: bigint
}

/** The names of registrations and tombstones below a prefix, which ends with a slash. */
export class EtcdKeys {
  readonly prefix: string

  constructor(prefix: string) {
    this.prefix = prefix
  }

  registration({ service, kid }: Place): string {
    return `${this.prefix}${service}/${kid}`
  }

  tombstone(place: Place): string {
    return `${this.registration(place)}${TOMBSTONE}`
  }

  /** What all keys of a service, or all keys, begin with. */
  folder(service?: string): string {
    return service === undefined ? this.prefix : `${this.prefix}${service}/`
  }

  /** What a key speaks of, if it is one of ours. */
  read(key: string): KeyMeaning | undefined {
    if (!key.startsWith(this.prefix)) return undefined
    const [service, name = '', ...rest] = key.slice(this.prefix.length).split('/')
    const isTombstone = name.endsWith(TOMBSTONE)
    const kid = isTombstone ? name.slice(0, -TOMBSTONE.length) : name
    return isServiceName(service) && isKid(kid) && rest.length === 0 ? { service, kid, isTombstone } : undefined
  }

  /** The part of a key, junk included, that names whose it is: with it begin all keys that the same service may write. */
  folderOf(key: string): string {
    return key.slice(0, key.indexOf('/', this.prefix.length) + 1)
  }
}

/** The first key behind all those that begin with a text which ends with a slash. */
export function endOf(folder: string): string {
  return `${folder.slice(0, -1)}0`
}

/** A text as etcd's JSON has bytes, a character each: what is ours has no others, and junk is read and asked for as it is. */
export function encode(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}

/** The members of a question that mean everything which begins with a text that ends with a slash. */
export function rangeOf(folder: string): JsonObject {
  return { key: encode(folder), range_end: encode(endOf(folder)) }
}

/** The keys of an answer. Members that are empty or zero are absent. */
export function readKeyValues({ kvs = [] }: JsonObject): readonly KeyValue[] {
  if (!Array.isArray(kvs)) throw new EtcdError('an answer without a list of keys')
  return kvs.map(readKeyValue)
}

/** A key with its value. */
export function readKeyValue(kv: JsonValue | undefined): KeyValue {
  if (!isObject(kv)) throw new EtcdError('an answer without a key')
  const { key, value = '', mod_revision = '0' } = kv
  if (typeof key !== 'string' || typeof value !== 'string') throw new EtcdError('an answer with a key that is no text')
  return { key: decode(key), value: decodeValue(value), modRevision: readRevision(mod_revision) }
}

/** The revision of the store in an answer's header. */
export function revisionOf({ header }: JsonObject): bigint {
  return readRevision(isObject(header) ? header.revision : undefined)
}

function readRevision(revision: JsonValue | undefined): bigint {
  if (typeof revision !== 'string' || !/^[0-9]{1,19}$/.test(revision))
    throw new EtcdError('an answer without a revision')
  return BigInt(revision)
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}

/** Four characters for three: of a longer text than a registration may be, a little more than that. */
function decodeValue(base64: string): string {
  return decode(base64.slice(0, Math.ceil((MAX_REGISTRATION_CHARACTERS + 1) / 3) * 4)).slice(
    0,
    MAX_REGISTRATION_CHARACTERS + 1,
  )
}
