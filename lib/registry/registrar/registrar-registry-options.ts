import { OptionError } from '../../errors.js'
import type { KeyRegistry } from '../../model/registry.js'
import { checkOptions } from '../../options.js'
import { checkRegistrarUrl } from './registrar-url.js'
import { type ClientTls, checkClientTls, type Wire } from './wire.js'

/** Where the registrar is, and who we are there. */
export interface RegistrarRegistryOptions {
  /** The registrar: an https URL, or http on a loopback host. */
  readonly url: string
  /** `assertion(...)` or `clientCredentials(...)`. Without them nothing can be published, save with the certificate in `tls`. */
  readonly credentials?: RegistrarCredentials | undefined
  /** For an authority of your own, and for a certificate to show. */
  readonly tls?: ClientTls | undefined
  /** Where to find, list and watch instead of asking the registrar: the engine behind it. Pinned verifiers believe it no more than that. */
  readonly reader?: KeyRegistry | undefined
}

/** For whom a credential is made. */
export interface CredentialContext {
  /** The service in whose name something is asked. */
  readonly service: string
  /** The registrar's URL, as it knows itself. */
  readonly audience: string
  /** To ask somebody else over. */
  readonly wire: Wire
}

/** What a service proves itself with. */
export interface RegistrarCredentials {
  /** The value of the header `Authorization`, for one request. */
  authorize(context: CredentialContext): Promise<string>
}

/** The options, checked. */
export interface RegistrarTarget {
  readonly url: URL
  readonly credentials: RegistrarCredentials | undefined
  readonly tls: ClientTls
  readonly reader: KeyRegistry | undefined
}

const WHAT = 'registrar'
const METHODS = ['find', 'list', 'watch', 'close'] as const

/** Refuses what is wrong (ERR_OPTION), and quotes nothing of it. */
export function checkRegistrarOptions(options: RegistrarRegistryOptions): RegistrarTarget {
  const { url, credentials, tls, reader } = checkOptions(WHAT, options, ['url', 'credentials', 'tls', 'reader'])
  if (credentials !== undefined && typeof credentials?.authorize !== 'function') {
    throw new OptionError(`${WHAT}: \`credentials\` must be made by \`assertion\` or \`clientCredentials\``)
  }
  if (reader !== undefined && !METHODS.every(name => typeof reader?.[name] === 'function')) {
    throw new OptionError(`${WHAT}: \`reader\` must be a registry`)
  }
  return { url: checkRegistrarUrl(WHAT, url), credentials, tls: checkClientTls(WHAT, tls), reader }
}
