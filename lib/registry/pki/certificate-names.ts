import type { GeneralName, Name } from '@peculiar/asn1-x509'

/** A form of name, as RFC 5280 calls it: `dNSName`, for example. */
export type NameForm = keyof GeneralName

// PKCS #9: an address in a subject counts as an `rfc822Name` (RFC 5280, section 4.2.1.10).
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

/** The names that a certificate has, in its subject alternative name and its subject. */
export class CertificateNames {
  readonly dns: readonly string[]
  readonly uris: readonly string[]
  /** Every form of which there is a name. */
  readonly forms: ReadonlySet<NameForm>

  constructor(subject: Name, alternatives: readonly GeneralName[]) {
    this.dns = alternatives.flatMap(({ dNSName }) => dNSName ?? [])
    this.uris = alternatives.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? [])
    this.forms = new Set([...alternatives.map(formOf), ...formsInSubject(subject)])
  }
}

/** The form of a name, which has exactly one. */
export function formOf(name: GeneralName): NameForm {
  const [form] = Object.entries(name).flatMap(([member, value]) => (value === undefined ? [] : [member]))
  if (form === undefined) throw new TypeError('a name without a form')
  return form as NameForm
}

/** The subject's common name is no name of a service: only the alternatives are. */
function formsInSubject(subject: Name): NameForm[] {
  const attributes = [...subject].flatMap(relative => [...relative])
  if (attributes.length === 0) return []
  return attributes.some(({ type }) => type === EMAIL_ADDRESS) ? ['directoryName', 'rfc822Name'] : ['directoryName']
}
