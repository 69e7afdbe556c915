import { OptionError } from '../errors.js'

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The URL of an authorization server's endpoint: https, or http on a loopback host, and no password in it. Throws ERR_OPTION. */
export function readIssuerUrl(what: string, text: unknown): string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw new OptionError(`${what} is not a URL`)
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (!isPrivate) throw new OptionError(`${what} must be an https URL, or http on a loopback host`)
  if (url.username !== '' || url.password !== '') throw new OptionError(`${what} has a password in it`)
  return url.href
}
