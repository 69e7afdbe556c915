import { OptionError } from '../../errors.js'
import { type BroughtKey, importSigningKey } from '../../jws/signing-key.js'
import { parseStrictJson } from '../../jws/strict-json.js'
import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { checkOptions } from '../../options.js'
import { checkService } from '../place.js'
import { assertion } from './assertion-credentials.js'
import { refusalIn } from './registrar-refusal.js'
import { checkRegistrarUrl } from './registrar-url.js'
import { type ClientTls, checkClientTls, Wire } from './wire.js'

/** Whose key is to be enrolled, and what permits it: exactly one of `token` and `enrolment`. */
export interface EnrolOptions {
  /** The registrar. */
  readonly url: string
  readonly service: string
  /** The key that the service will prove itself with: P-256 or Ed25519. For that alone: never the `key` of a service. */
  readonly key: BroughtKey
  /** What an operator gave: good once. */
  readonly token?: string | undefined
  /** The enrolment of the same key, to be renewed while it holds. */
  readonly enrolment?: string | undefined
  readonly tls?: ClientTls | undefined
}

const WHAT = 'enrol'
const OPTIONS = ['url', 'service', 'key', 'token', 'enrolment', 'tls'] as const
const TOKEN = /^[A-Za-z0-9_.-]+$/

/**
 * Has a service's own key enrolled at a registrar, and gives the enrolment: for `assertion({ key, enrolment })`, to be kept beside the key. It is
 * no secret: it is worth nothing without the key. Throws ERR_OPTION, ERR_CREDENTIAL_INVALID, ERR_CREDENTIAL_FOREIGN and what the network says.
 */
export async function enrol(options: EnrolOptions): Promise<string> {
  const { url, service, key, token, enrolment, tls } = checkOptions(WHAT, options, OPTIONS)
  checkService(service)
  if ((token === undefined) === (enrolment === undefined))
    throw new OptionError(`${WHAT}: give either \`token\` or \`enrolment\``)
  if (token !== undefined && !(typeof token === 'string' && TOKEN.test(token))) {
    throw new OptionError(`${WHAT}: \`token\` is not what an operator gives`)
  }
  const place = checkRegistrarUrl(WHAT, url)
  const { publicJwk, algorithm } = await importSigningKey(key)
  const wire = new Wire(checkClientTls(WHAT, tls))
  const authorize = async () =>
    token === undefined
      ? await assertion({ key, enrolment }).authorize({ service, audience: place.origin, wire })
      : `Enrolment ${token}`
  try {
    const answer = await wire.ask({
      method: 'POST',
      url: new URL(`/v1/enrolments/${service}`, place),
      headers: async () => ({ 'content-type': 'application/json', authorization: await authorize() }),
      body: JSON.stringify({ jwk: publicJwk, alg: algorithm }),
      maxBytes: MAX_REGISTRATION_CHARACTERS,
    })
    const enrolled = answer.status === 200 ? parseStrictJson(answer.bytes).enrolment : undefined
    if (typeof enrolled !== 'string') throw refusalIn(answer)
    return enrolled
  } finally {
    wire.close()
  }
}
