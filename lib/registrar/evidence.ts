import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { CredentialInvalid } from '../errors.js'
import { MAX_CREDENTIAL_CHARACTERS } from '../limits/registrars.js'
import type { Evidence } from './authenticator.js'

// RFC 9110, section 11.4: one scheme, one token.
const AUTHORIZATION = /^([A-Za-z-]{1,32}) ([A-Za-z0-9_.~-]+)$/

/** What a request brings to prove who sends it. Throws ERR_CREDENTIAL_INVALID where that cannot be read as one thing. */
export function readEvidence(request: IncomingMessage, audience: string, now: number): Evidence {
  const lines = request.headersDistinct.authorization ?? []
  const [authorization, ...others] = lines
  const certificate = verifiedCertificate(request)
  if (authorization === undefined) return { scheme: undefined, credential: '', certificate, audience, now }
  if (others.length > 0) throw new CredentialInvalid('two field lines `Authorization`')
  const parts = authorization.length > MAX_CREDENTIAL_CHARACTERS ? null : AUTHORIZATION.exec(authorization)
  if (parts === null) throw new CredentialInvalid('`Authorization` is not a scheme and a token')
  const [, scheme = '', credential = ''] = parts
  return { scheme: scheme.toLowerCase(), credential, certificate, audience, now }
}

function verifiedCertificate({ socket }: IncomingMessage): Evidence['certificate'] {
  return socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined
}
