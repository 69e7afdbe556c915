import type { X509Certificate } from 'node:crypto'
import type { KeyUsageType, NameConstraints } from '@peculiar/asn1-x509'
import { CertificationInvalid } from '../../errors.js'
import { importPeer } from '../optional-peer.js'
import { CertificateNames } from './certificate-names.js'
import { Extensions } from './extensions.js'

/** What a path's verification asks of a certificate, and Node's X509Certificate does not say. */
export interface CertificateFields {
  /** As an error calls the certificate. */
  readonly what: string
  /** Whether it has extensions at all. */
  readonly isVersion3: boolean
  /** The object identifier of the algorithm that it is signed with. */
  readonly signatureAlgorithm: string
  readonly basicConstraints: BasicConstraintsField | undefined
  readonly keyUsage: readonly KeyUsageType[] | undefined
  /** Object identifiers. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly nameConstraints: NameConstraints | undefined
  readonly names: CertificateNames
}

/** Whether it is a certificate authority's, and how many others may stand between it and a service's. */
export interface BasicConstraintsField {
  readonly isCritical: boolean
  readonly isAuthority: boolean
  readonly pathLength: number | undefined
}

/** Reads a certificate's fields. Throws ERR_CERTIFICATION_INVALID. */
export type FieldsReader = (what: string, certificate: X509Certificate) => CertificateFields

const VERSION_3 = 2

/**
 * Loads the ASN.1 schema of certificates, and makes a reader of it. It takes DER in its one form only: what it has read, written again, is
 * what was there, so that it sees what OpenSSL sees. A critical extension that it does not know is refused (RFC 5280, section 4.2).
 */
export async function loadFieldsReader(): Promise<FieldsReader> {
  const x509 = await importPeer('@peculiar/asn1-x509', () => import('@peculiar/asn1-x509'))
  const { AsnConvert } = await importPeer('@peculiar/asn1-schema', () => import('@peculiar/asn1-schema'))

  const readExactly = <T>(der: Buffer, type: new () => T): T => {
    const value = AsnConvert.parse(der, type)
    if (!Buffer.from(AsnConvert.serialize(value)).equals(der)) throw new TypeError('not DER')
    return value
  }

  const readFields: FieldsReader = (what, { raw }) => {
    const { tbsCertificate } = readExactly(raw, x509.Certificate)
    const extensions = new Extensions([...(tbsCertificate.extensions ?? [])], readExactly)
    const basicConstraints = extensions.take(x509.id_ce_basicConstraints, x509.BasicConstraints)
    const keyUsage = extensions.take(x509.id_ce_keyUsage, x509.KeyUsage)
    const extendedKeyUsage = extensions.take(x509.id_ce_extKeyUsage, x509.ExtendedKeyUsage)
    const nameConstraints = extensions.take(x509.id_ce_nameConstraints, x509.NameConstraints)
    const alternativeName = extensions.take(x509.id_ce_subjectAltName, x509.SubjectAlternativeName)
    const unknown = extensions.critical
    if (unknown !== undefined) {
      throw new CertificationInvalid(`${what}: the critical extension ${unknown} is not known here`)
    }
    return {
      what,
      isVersion3: tbsCertificate.version === VERSION_3,
      signatureAlgorithm: tbsCertificate.signature.algorithm,
      basicConstraints: basicConstraints && {
        isCritical: basicConstraints.isCritical,
        isAuthority: basicConstraints.value.cA,
        pathLength: basicConstraints.value.pathLenConstraint,
      },
      keyUsage: keyUsage?.value.toJSON(),
      extendedKeyUsage: extendedKeyUsage && [...extendedKeyUsage.value],
      nameConstraints: nameConstraints?.value,
      names: new CertificateNames(tbsCertificate.subject, [...(alternativeName?.value ?? [])]),
    }
  }

  return (what, certificate) => {
    try {
      return readFields(what, certificate)
    } catch (cause) {
      if (cause instanceof CertificationInvalid) throw cause
      throw new CertificationInvalid(`${what}: the certificate is not in DER, or not one of RFC 5280`, { cause })
    }
  }
}
