import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate, type TBSCertificate } from '@peculiar/asn1-x509'
import { makeDirectory, removeDirectory } from '../temporary-directory.js'

/** A certificate with its private key. */
export interface Issued {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

/** What a certificate shall be like. */
export interface Order {
  /** Itself if absent. */
  readonly issuer?: Issued | undefined
  /** As in an OpenSSL configuration file: `basicConstraints=critical,CA:TRUE`. */
  readonly extensions?: readonly string[]
  /** Sections of that file that extensions refer to. */
  readonly sections?: readonly string[]
  readonly subject?: string
  readonly key?: KeyObject
  /** In place of that of its key. */
  readonly publicKey?: KeyObject
  readonly days?: number
  readonly digest?: 'sha256' | 'sha1' | 'md5'
}

/** Extensions of an authority, and of a service that is named `cart`. */
export const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'] as const
export const OWN = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=clientAuth',
  'subjectAltName=DNS:cart',
] as const

/** `extensions`, without those whose names the changes have, and with the changes. */
export function changed(extensions: readonly string[], ...changes: readonly string[]): readonly string[] {
  const nameOf = (extension: string) => extension.split('=')[0]
  const names = new Set(changes.map(nameOf))
  return [
    ...extensions.filter(extension => !names.has(nameOf(extension))),
    ...changes.filter(change => !/=$/.test(change)),
  ]
}

/** Makes certificates of every kind with the `openssl` of this machine, good and bad ones alike. */
export class CertificateShop {
  readonly #directory = makeDirectory()
  #count = 0
  #files = 0

  /** A new P-256 key. */
  makeKey(): KeyObject {
    return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  }

  /** An authority; a root if it has no issuer. */
  authority(order: Order = {}): Issued {
    return this.issue({ extensions: AUTHORITY, ...order })
  }

  /** A certificate of the service `cart`. */
  own(issuer: Issued, order: Order = {}): Issued {
    return this.issue({ issuer, extensions: OWN, ...order })
  }

  issue(order: Order): Issued {
    this.#count += 1
    const { issuer, extensions = [], sections = [], days = 30, digest = 'sha256' } = order
    const { key = this.makeKey(), publicKey = createPublicKey(key), subject = `/CN=number ${this.#count}` } = order
    const settings = ['[extensions]', ...extensions, ...sections].join('\n')
    const by = issuer
      ? ['-CA', this.#write(issuer.certificate.toString()), '-CAkey', this.#writeKey(issuer.key)]
      : ['-key', this.#writeKey(key)]
    const about = issuer ? ['-force_pubkey', this.#writePublicKey(publicKey)] : []
    const args = [
      'x509',
      '-new',
      '-subj',
      subject,
      ...about,
      ...by,
      '-days',
      String(days),
      '-set_serial',
      String(this.#count),
    ]
    // Ed25519 keys have a digest of their own.
    const hash = (issuer?.key ?? key).asymmetricKeyType === 'ed25519' ? [] : [`-${digest}`]
    const pem = this.#openssl([...args, ...hash, '-extfile', this.#write(settings), '-extensions', 'extensions'])
    return { certificate: new X509Certificate(pem), key }
  }

  /** The same certificate with what OpenSSL does not write, signed again by a P-256 key. */
  reissue({ certificate, key }: Issued, issuer: Issued, change: (unsigned: TBSCertificate) => void): Issued {
    const changed = AsnConvert.parse(certificate.raw, Certificate)
    change(changed.tbsCertificate)
    const signature = sign('sha256', Buffer.from(AsnConvert.serialize(changed.tbsCertificate)), issuer.key)
    changed.signatureValue = Uint8Array.from(signature).buffer
    return { certificate: new X509Certificate(Buffer.from(AsnConvert.serialize(changed))), key }
  }

  #openssl(args: readonly string[]): string {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** Writes a file of this shop, and says where it is. */
  #write(text: string): string {
    this.#files += 1
    const path = join(this.#directory, String(this.#files))
    writeFileSync(path, text)
    return path
  }

  #writeKey(key: KeyObject): string {
    return this.#write(key.export({ format: 'pem', type: 'pkcs8' }).toString())
  }

  #writePublicKey(key: KeyObject): string {
    return this.#write(key.export({ format: 'pem', type: 'spki' }).toString())
  }

  close(): void {
    removeDirectory(this.#directory)
  }
}
