import { isServiceName } from '../model/names.js'
import { isKid, type Place } from '../registry/place.js'

/** What a request asks for. */
export type RegistrarRoute =
  | { readonly task: 'list'; readonly service: string | undefined; readonly after: string | undefined }
  | { readonly task: 'find'; readonly place: Place }
  | { readonly task: 'register' | 'revoke'; readonly place: Place }
  | { readonly task: 'enrol'; readonly service: string }
  | { readonly task: 'watch' | 'live' | 'ready' }

/** Why a request asks for nothing. */
export interface NoRoute {
  readonly status: 400 | 404 | 405
  /** What may be asked there, where something may. */
  readonly allow?: string
}

const REGISTRATIONS = '/v1/registrations'
const ENROLMENTS = '/v1/enrolments/'
const REVOKED = '.revoked'
const PLAIN: ReadonlyMap<string, 'watch' | 'live' | 'ready'> = new Map([
  ['/v1/changes', 'watch'],
  ['/health/live', 'live'],
  ['/health/ready', 'ready'],
])
// A path: `<service>/<kid>`.
const AFTER = /^after=([a-z0-9][a-z0-9._-]{0,127}(?:\/|%2F)[A-Za-z0-9_-]{43})$/

/** Reads what is asked for from the raw request line. Nothing in a path is decoded: names need no escaping. */
export function readRoute(method: string, target: string): RegistrarRoute | NoRoute {
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const query = at < 0 ? '' : target.slice(at + 1)
  const plain = PLAIN.get(path)
  if (plain !== undefined) return only('GET', method, { task: plain })
  if (path.startsWith(ENROLMENTS)) return readEnrolment(method, path.slice(ENROLMENTS.length))
  if (path === REGISTRATIONS) return readListing(method, undefined, query)
  if (!path.startsWith(`${REGISTRATIONS}/`)) return { status: 404 }
  const [service, name, ...others] = path.slice(REGISTRATIONS.length + 1).split('/', 3)
  if (!isServiceName(service) || others.length > 0) return { status: 404 }
  return name === undefined ? readListing(method, service, query) : readPlace(method, service, name)
}

function readPlace(method: string, service: string, name: string): RegistrarRoute | NoRoute {
  const isTombstone = name.endsWith(REVOKED)
  const kid = isTombstone ? name.slice(0, -REVOKED.length) : name
  if (!isKid(kid)) return { status: 404 }
  const place = { service, kid }
  if (isTombstone) return only('PUT', method, { task: 'revoke', place })
  if (method === 'GET') return { task: 'find', place }
  return method === 'PUT' ? { task: 'register', place } : { status: 405, allow: 'GET, PUT' }
}

function readListing(method: string, service: string | undefined, query: string): RegistrarRoute | NoRoute {
  const after = AFTER.exec(query)?.[1]?.replace('%2F', '/')
  if (query !== '' && after === undefined) return { status: 400 }
  return only('GET', method, { task: 'list', service, after })
}

function readEnrolment(method: string, service: string): RegistrarRoute | NoRoute {
  return isServiceName(service) ? only('POST', method, { task: 'enrol', service }) : { status: 404 }
}

function only(allowed: string, method: string, route: RegistrarRoute): RegistrarRoute | NoRoute {
  return method === allowed ? route : { status: 405, allow: allowed }
}
