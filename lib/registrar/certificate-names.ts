import type { X509Certificate } from 'node:crypto'

// Names as node:crypto writes them: `DNS:cart.internal, URI:spiffe://house/cart`. What has a comma or a quote in it stands in quotes, as JSON.
const NAME = /([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y
const USED = new Set(['DNS', 'URI'])

/**
 * What a certificate may be known by: `DNS:` and `URI:` names among its subject alternative names, and `SHA256:` with its fingerprint. Its common
 * name says nothing (RFC 9525, section 2). Undefined if the names cannot be read to their end.
 */
export function namesOf(certificate: X509Certificate): readonly string[] | undefined {
  const text = certificate.subjectAltName ?? ''
  const names = [`SHA256:${certificate.fingerprint256}`]
  for (NAME.lastIndex = 0; NAME.lastIndex < text.length; ) {
    const [, type = '', name = ''] = NAME.exec(text) ?? []
    if (type === '') return undefined
    if (USED.has(type) && !name.startsWith('"')) names.push(`${type}:${name}`)
  }
  return names
}
