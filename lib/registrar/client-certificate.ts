import type { X509Certificate } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { CredentialInvalid, OptionError } from '../errors.js'
import { checkOptions } from '../options.js'
import type { Authenticator } from './authenticator.js'
import { namesOf } from './certificate-names.js'
import { readServices } from './mapped-services.js'

/** Which service each certificate is. */
export interface ClientCertificateOptions {
  /**
   * By `DNS:` or `URI:` and a subject alternative name, byte for byte, or by `SHA256:` and a fingerprint, as openssl writes them:
   * `{ 'DNS:cart.internal': 'cart', 'URI:spiffe://house/shop': 'shop' }`. No wildcards.
   */
  readonly services: Readonly<Record<string, string>>
}

const WHAT = 'clientCertificate'
const KEY = /^(?:DNS:[^\s",*]+|URI:[^\s",]+|SHA256:(?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/

/**
 * Authenticates services by the certificate that they show when they connect (mutual TLS). The registrar itself must end TLS, with `listen.tls.ca` the
 * authorities that issue such certificates: a header of a proxy in front is believed by nobody. Throws ERR_OPTION.
 */
export function clientCertificate(options: ClientCertificateOptions): Authenticator {
  const services = readServices(`${WHAT}: \`services\``, checkOptions(WHAT, options, ['services']).services)
  for (const name of services.keys()) {
    if (!KEY.test(name)) throw new OptionError(`${WHAT}: \`${name}\` is no \`DNS:\`, \`URI:\` or \`SHA256:\` name`)
  }
  return Object.freeze<Authenticator>({
    kind: 'certificate',
    async authenticate({ scheme, certificate, now }) {
      // Whoever sends a credential means that one.
      if (scheme !== undefined || certificate === undefined) return undefined
      checkTime(certificate, now)
      const service = serviceOf(certificate, services)
      const client = `SHA256:${certificate.fingerprint256}`
      return { kind: 'certificate', service, client, thumbprint: await thumbprintOf(certificate) }
    },
  })
}

/** TLS looked when the connection, or one that it resumes, was made. */
function checkTime({ validFrom, validTo }: X509Certificate, now: number): void {
  const [from, to] = [Date.parse(validFrom) / 1000, Date.parse(validTo) / 1000]
  if (!(from <= now && now <= to)) throw new CredentialInvalid('the certificate is not valid at this time')
}

function serviceOf(certificate: X509Certificate, services: ReadonlyMap<string, string>): string {
  const names = namesOf(certificate)
  if (names === undefined) throw new CredentialInvalid('the names of the certificate cannot be read')
  const [service, ...others] = new Set(names.flatMap(name => services.get(name) ?? []))
  if (service === undefined) throw new CredentialInvalid('the certificate has no name of a service')
  if (others.length > 0) throw new CredentialInvalid('the certificate has names of several services')
  return service
}

async function thumbprintOf({ publicKey }: X509Certificate): Promise<string> {
  return await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as JWK)
}
