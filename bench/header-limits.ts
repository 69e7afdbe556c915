import { printTable } from './table.js'

/** What a server or a proxy takes by default. */
interface HeaderLimit {
  readonly server: string
  readonly bytes: number
  /** One field line with its name, or all of a request's head. */
  readonly of: 'line' | 'head'
  readonly setting: string
}

/** The bytes of each scheme at one, two, three and more hops. */
export interface SchemeSizes {
  readonly name: string
  readonly bytes: readonly number[]
}

const LIMITS: readonly HeaderLimit[] = [
  { server: 'nginx', bytes: 8192, of: 'line', setting: 'large_client_header_buffers 4 8k' },
  { server: 'Apache httpd', bytes: 8190, of: 'line', setting: 'LimitRequestFieldSize' },
  { server: 'HAProxy', bytes: 15_360, of: 'head', setting: 'tune.bufsize less tune.maxrewrite' },
  { server: 'Node.js', bytes: 16_384, of: 'head', setting: '--max-http-header-size' },
  { server: 'Envoy', bytes: 61_440, of: 'head', setting: 'max_request_headers_kb' },
]
const NAME = 'countersign: \r\n'
/** What the rest of a request's head takes: its request line, cookies, and what proxies add. */
const OTHER_HEAD_BYTES = 1000

/** How many hops fit into the default limits of servers. */
export function printHeaderLimits(what: string, schemes: readonly SchemeSizes[]): void {
  const rows = LIMITS.map(({ server, bytes, of, setting }) => {
    const room = bytes - NAME.length - (of === 'head' ? OTHER_HEAD_BYTES : 0)
    return [server, setting, of, bytes, ...schemes.map(scheme => hopsWithin(room, scheme))]
  })
  const head = ['server', 'default of', 'for one', 'bytes', ...schemes.map(({ name }) => name)]
  printTable(`hops that fit, of sixteen tried (${what}; ${OTHER_HEAD_BYTES} bytes for the rest of a head)`, head, rows)
}

function hopsWithin(room: number, { bytes }: SchemeSizes): string {
  const tooLong = bytes.findIndex(size => size > room)
  return String(tooLong < 0 ? bytes.length : tooLong)
}
