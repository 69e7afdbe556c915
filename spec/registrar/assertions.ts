import { randomUUID } from 'node:crypto'
import { signCompact } from '../../lib/jws/compact.js'
import type { SigningKey } from '../../lib/jws/signing-key.js'
import { nowSeconds } from './registrar-stage.js'

/** An assertion of a client, with some members of its own. */
export async function makeAssertion(
  key: SigningKey,
  client: string,
  audience: string,
  { header = {}, claims = {} }: { readonly header?: object; readonly claims?: object } = {},
): Promise<string> {
  const iat = nowSeconds()
  const made = { iss: client, sub: client, aud: audience, jti: randomUUID(), iat, exp: iat + 60, ...claims }
  const head = { alg: key.algorithm, kid: key.kid, typ: 'client-authentication+jwt', ...header }
  return await signCompact(head, JSON.stringify(made), key)
}

/** The header that carries it. */
export function asserted(assertion: string): { readonly authorization: string } {
  return { authorization: `Assertion ${assertion}` }
}
