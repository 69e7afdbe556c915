import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { systemClock } from '../../clock.js'
import { OptionError } from '../../errors.js'
import { signCompact } from '../../jws/compact.js'
import { type BroughtKey, importSigningKey, type SigningKey } from '../../jws/signing-key.js'
import { ASSERTION_SECONDS } from '../../limits/registrars.js'
import { checkOptions } from '../../options.js'
import type { CredentialContext, RegistrarCredentials } from './registrar-registry-options.js'

/** A service's own key for proving itself. */
export interface AssertionCredentialOptions {
  /** A private JWK, a KeyObject or `{ publicJwk, sign }`. For this alone: never the `key` of a service. */
  readonly key: BroughtKey
  /** What a registrar stated of the key, where it does not know it otherwise: what `enrol` gave. */
  readonly enrolment?: string | undefined
}

const ENROLMENT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Proves a service by assertions that it signs itself (`private_key_jwt`, RFC 7523), each for one request. Throws ERR_OPTION. */
export function assertion(options: AssertionCredentialOptions): RegistrarCredentials {
  const { key, enrolment } = checkOptions('assertion', options, ['key', 'enrolment'])
  if (typeof key !== 'object' || key === null) throw new OptionError('assertion: `key` must be a private key')
  if (enrolment !== undefined && !(typeof enrolment === 'string' && ENROLMENT.test(enrolment))) {
    throw new OptionError('assertion: `enrolment` is not what a registrar gives')
  }
  return new AssertionCredentials(key, enrolment)
}

class AssertionCredentials implements RegistrarCredentials {
  readonly #key: BroughtKey
  readonly #enrolment: string | undefined
  #imported: Promise<SigningKey> | undefined

  constructor(key: BroughtKey, enrolment: string | undefined) {
    this.#key = key
    this.#enrolment = enrolment
  }

  async authorize({ service, audience }: CredentialContext): Promise<string> {
    this.#imported ??= importSigningKey(this.#key)
    const key = await this.#imported
    const assertion = await signAssertion(key, { client: service, audience, kid: key.kid })
    return `Assertion ${this.#enrolment === undefined ? assertion : `${assertion}~${this.#enrolment}`}`
  }

  /** What a log shows of credentials. */
  [inspect.custom](): string {
    return 'AssertionCredentials {}'
  }
}

/** Who asserts himself to whom. */
export interface AssertionTerms {
  readonly client: string
  readonly audience: string
  /** What the other side calls the key, where it needs to be told. */
  readonly kid?: string | undefined
}

/** RFC 7523, section 3, with the explicit type that keeps it from being taken for anything else. */
export async function signAssertion(key: SigningKey, { client, audience, kid }: AssertionTerms): Promise<string> {
  const iat = Math.floor(systemClock())
  const header = { alg: key.algorithm, ...(kid !== undefined && { kid }), typ: 'client-authentication+jwt' }
  const claims = { iss: client, sub: client, aud: audience, jti: randomUUID(), iat, exp: iat + ASSERTION_SECONDS }
  return await signCompact(header, JSON.stringify(claims), key)
}
