import { OptionError } from '../../errors.js'
import {
  MAX_SERVED_SET_POLL_SECONDS,
  MAX_SERVED_SETS_PER_SERVICE,
  SERVED_SET_POLL_SECONDS,
} from '../../limits/registries.js'
import { checkInteger, checkObject, checkOptions } from '../../options.js'
import { checkService } from '../place.js'
import type { SetFetch } from './set-source.js'

/** Who serves what, and who we are. */
export interface JwksRegistryOptions {
  /**
   * Where each service serves its set: https URLs, or http on a loopback host. Several for a service with several instances, each of which serves
   * its own keys.
   */
  readonly services: Readonly<Record<string, string | readonly string[]>>
  /** The service that serves its own set, by `serveJwks`, and may publish. Without it this registry only reads. */
  readonly own?: string | undefined
  /** A watched set is asked for this often: 1 to 60, default 1. */
  readonly pollSeconds?: number | undefined
  /** Asks instead of the platform's fetch. Must not follow redirects. */
  readonly fetch?: SetFetch | undefined
}

/** The options, checked. */
export interface JwksTarget {
  readonly urls: ReadonlyMap<string, readonly string[]>
  readonly own: string | undefined
  readonly pollSeconds: number
  readonly fetch: SetFetch
}

const OPTIONS = ['services', 'own', 'pollSeconds', 'fetch'] as const
const WHAT = 'JwksRegistry'
const POLL = { least: 1, most: MAX_SERVED_SET_POLL_SECONDS, otherwise: SERVED_SET_POLL_SECONDS }
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Refuses what is wrong (ERR_OPTION). */
export function checkJwksOptions(options: JwksRegistryOptions): JwksTarget {
  const { services, own, pollSeconds, fetch = globalThis.fetch } = checkOptions(WHAT, options, OPTIONS)
  if (own !== undefined) checkService(own)
  if (typeof fetch !== 'function') throw new OptionError(`${WHAT}: \`fetch\` must be a function`)
  const entries = Object.entries(checkObject(`${WHAT}: \`services\``, services))
  return {
    urls: new Map(entries.map(([service, urls]) => [service, checkUrls(service, urls)])),
    own,
    pollSeconds: checkInteger(`${WHAT}: \`pollSeconds\``, pollSeconds, POLL),
    fetch,
  }
}

function checkUrls(service: string, urls: string | readonly string[]): readonly string[] {
  checkService(service)
  const list = typeof urls === 'string' ? [urls] : urls
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_SERVED_SETS_PER_SERVICE) {
    throw new OptionError(
      `${WHAT}: \`services.${service}\`: expected a URL, or 1 to ${MAX_SERVED_SETS_PER_SERVICE} of them`,
    )
  }
  return [...new Set(list.map(url => checkUrl(service, url)))]
}

/** Whoever answers there is the service: so nobody on the way may answer. */
function checkUrl(service: string, text: unknown): string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url === undefined || !isPrivate || url.username !== '' || url.password !== '') {
    throw new OptionError(
      `${WHAT}: \`services.${service}\`: expected an https URL, or http on a loopback host, without a password`,
    )
  }
  return url.href
}
