import { DestinationRefused, OptionError } from '../errors.js'
import { isServiceName } from '../model/names.js'

/** The URL of an outbound call, if it is one that a token may go to. */
export type DestinationCheck = (audience: string, url: URL) => void

/**
 * Where a map is given, a token goes only to the configured destination of its audience (invariant 21): the same
 * scheme, host and port, at or below its path. Without a map, anywhere. Throws ERR_OPTION for a map that is none.
 */
export function destinationCheck(destinations: Readonly<Record<string, string>> | undefined): DestinationCheck {
  if (destinations === undefined) return () => {}
  if (typeof destinations !== 'object' || destinations === null || Array.isArray(destinations)) {
    throw new OptionError('`destinations` must be an object: a URL for each audience')
  }
  const bases = new Map(Object.entries(destinations).map(([audience, base]) => [audience, parseBase(audience, base)]))
  return (audience, url) => {
    const base = bases.get(audience)
    if (base === undefined) throw new DestinationRefused(`\`${audience}\` has no configured destination`)
    if (url.origin !== base.origin || !isBelow(base.pathname, url.pathname)) {
      const found = url.origin === base.origin ? 'the path' : `\`${url.origin}\``
      const expected = `\`${base.origin}${base.pathname}\`, the destination of \`${audience}\``
      throw new DestinationRefused(`${found} is not below ${expected}`)
    }
  }
}

function isBelow(base: string, path: string): boolean {
  const folder = base.replace(/\/*$/, '/')
  return folder === '/' || (`${path}/`.startsWith(folder) && !climbs(path))
}

/** URLs resolve `..` themselves; this is what servers resolve beyond that: encoded separators, and parameters behind the dots. */
function climbs(path: string): boolean {
  return path.split(/\/|\\|%2f|%5c/i).some(segment => /^(?:\.|%2e){2}(?:;|%3b|$)/i.test(segment))
}

function parseBase(audience: string, base: string): URL {
  if (!isServiceName(audience)) throw new OptionError('`destinations` has a member that is no service name')
  const url = typeof base === 'string' && URL.canParse(base) ? new URL(base) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new OptionError(`\`destinations.${audience}\` must be an http or https URL without query`)
  }
  return url
}
