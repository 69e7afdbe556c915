import type { JsonObject, JsonValue } from '../../model/json.js'

// The codes of gRPC, which the gateway passes on as numbers.
const CODES: ReadonlyMap<number, string> = new Map([
  [1, 'CANCELLED'],
  [2, 'UNKNOWN'],
  [3, 'INVALID_ARGUMENT'],
  [4, 'DEADLINE_EXCEEDED'],
  [5, 'NOT_FOUND'],
  [6, 'ALREADY_EXISTS'],
  [7, 'PERMISSION_DENIED'],
  [8, 'RESOURCE_EXHAUSTED'],
  [9, 'FAILED_PRECONDITION'],
  [10, 'ABORTED'],
  [11, 'OUT_OF_RANGE'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE'],
  [16, 'UNAUTHENTICATED'],
])

/** This member, at this moment, rather than the question: another may answer. */
const PASSING = new Set([
  'CANCELLED',
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'INTERNAL',
  'UNAVAILABLE',
])

// A watch says in words alone why it was ended.
const STALE_TOKEN = /invalid auth token|revision of auth store is old/
const MAX_QUOTED_CHARACTERS = 200
const UNPRINTABLE = /[^\x20-\x7e]/g

/** What an etcd said instead of an answer. */
export class EtcdError extends Error {
  /** The name of gRPC's code. */
  readonly code: string

  constructor(message: string, code = 'UNKNOWN') {
    super(`etcd: ${message.slice(0, MAX_QUOTED_CHARACTERS).replace(UNPRINTABLE, ' ')}`)
    this.name = 'EtcdError'
    this.code = code
  }

  /** Whether another member may well answer. */
  get isPassing(): boolean {
    return PASSING.has(this.code) && !this.isStaleToken
  }

  /** Whether the member lives, and will answer when its cluster has a leader again. */
  get isSoonOver(): boolean {
    return this.code === 'UNAVAILABLE'
  }

  /** Whether the token is no longer known: it expired, or its server began anew. */
  get isStaleToken(): boolean {
    return this.code === 'UNAUTHENTICATED' || STALE_TOKEN.test(this.message)
  }
}

/** The error that an object of the gateway tells: `{ error, message, code }`, or in a stream `{ message, grpc_code }`. */
export function toldError({ error, message, code, grpc_code }: JsonObject): EtcdError {
  const number = code ?? grpc_code
  return new EtcdError(firstText(message, error), typeof number === 'number' ? CODES.get(number) : undefined)
}

function firstText(...values: readonly (JsonValue | undefined)[]): string {
  return values.find(value => typeof value === 'string') ?? 'no reason given'
}
