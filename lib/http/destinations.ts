import { DestinationRefused, OptionError } from '../errors.js'
import { isServiceName } from '../model/names.js'

/** The URL of an outbound call, if it is one that a token may go to. */
export type DestinationCheck = (audience: string, url: URL) => void

/**
 * Where a map is given, a token goes only to the configured destination of its audience (invariant 21): the same
 * scheme, host and port, at or below its path. Without a map, anywhere.
 */
export function destinationCheck(destinations: Readonly<Record<string, string>> | undefined): DestinationCheck {
  if (destinations === undefined) return () => {}
  const bases = new Map(Object.entries(destinations).map(([audience, base]) => [audience, parseBase(audience, base)]))
  return (audience, url) => {
    const base = bases.get(audience)
    if (base === undefined) throw new DestinationRefused(`\`${audience}\` has no configured destination`)
    if (url.origin !== base.origin || !`${url.pathname}/`.startsWith(base.pathname.replace(/\/*$/, '/'))) {
      throw new DestinationRefused(`\`${url.origin}\` is not the destination of \`${audience}\``)
    }
  }
}

function parseBase(audience: string, base: string): URL {
  if (!isServiceName(audience)) throw new OptionError(`\`destinations\`: \`${audience}\` is no service name`)
  const url = URL.canParse(base) ? new URL(base) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new OptionError(`\`destinations.${audience}\` must be an http or https URL without query`)
  }
  return url
}
