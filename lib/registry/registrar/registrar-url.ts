import { OptionError } from '../../errors.js'

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** A URL that secrets may be sent to: https, or http on a loopback host, and no password in it. Throws ERR_OPTION. */
export function checkPrivateUrl(what: string, text: unknown): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url === undefined || !isPrivate) throw new OptionError(`${what} must be an https URL, or http on a loopback host`)
  if (url.username !== '' || url.password !== '') throw new OptionError(`${what} has a password in it`)
  return url
}

/** The URL of a registrar: of a host and a port, and nothing else. Throws ERR_OPTION. */
export function checkRegistrarUrl(what: string, text: unknown): URL {
  const url = checkPrivateUrl(`${what}: \`url\``, text)
  if (url.pathname === '/' && url.search === '' && url.hash === '') return url
  throw new OptionError(`${what}: \`url\` must be a URL of a host and a port, and nothing else`)
}
