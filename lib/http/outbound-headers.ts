import { OptionError } from '../errors.js'
import { PRESENTATION_HEADER } from './presentation-header.js'

// Where a request ends, where it goes and which headers are for the next proxy alone. A handler that passes on the headers
// it received would let a stranger say so (the fetch standard forbids them too; node-fetch sends what it is given).
const CONNECTION_HEADERS = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** A copy of a caller's headers. Throws ERR_OPTION for what are none, for `Countersign`, and for those of the connection. */
export function copyHeaders(headers: unknown): Headers {
  const copy = readHeaders(headers)
  if (copy.has(PRESENTATION_HEADER)) throw new OptionError('`headers`: the `Countersign` header is ours to set')
  const found = CONNECTION_HEADERS.find(name => copy.has(name))
  if (found !== undefined)
    throw new OptionError(`\`headers\`: \`${found}\` belongs to the connection, not to the request`)
  return copy
}

function readHeaders(headers: unknown): Headers {
  try {
    return new Headers(headers as [string, string][])
  } catch {
    throw new OptionError('`headers` must be the names and values of header fields')
  }
}
