import { type Clock, systemClock } from '../clock.js'
import { KeyInvalid, OptionError } from '../errors.js'
import { importPublicJwk, type PublicJwk } from '../jws/public-key.js'
import { type BroughtKey, importSigningKey } from '../jws/signing-key.js'
import { MAX_DELEGATION_SECONDS } from '../limits/keys.js'
import { ENROLMENT_TOKEN_SECONDS, MAX_ENROLMENT_TOKEN_SECONDS } from '../limits/registrars.js'
import { checkInteger, checkOptions } from '../options.js'
import { signDelegation } from '../registry/registrar/delegation.js'
import { signEnrolmentToken } from '../registry/registrar/enrolment.js'
import { checkRegistrarUrl } from '../registry/registrar/registrar-url.js'

/** What a root says of a registrar's key. */
export interface DelegateOptions {
  /** The root's private key. It can go back into its safe. */
  readonly root: BroughtKey
  /** The public half of the registrar's key. */
  readonly registrar: PublicJwk
  /** For how long: 60 seconds to 31 days, which is the default. */
  readonly seconds?: number | undefined
  readonly clock?: Clock | undefined
}

/** Which service may have a key enrolled. */
export interface EnrolmentTokenOptions {
  /** The operator's private key, whose public half the registrar knows. */
  readonly operator: BroughtKey
  readonly service: string
  /** The registrar's URL. */
  readonly url: string
  /** For how long: 60 seconds to a day, default 10 minutes. */
  readonly seconds?: number | undefined
  readonly clock?: Clock | undefined
}

const DELEGATION = { least: 60, most: MAX_DELEGATION_SECONDS, otherwise: MAX_DELEGATION_SECONDS }
const TOKEN = { least: 60, most: MAX_ENROLMENT_TOKEN_SECONDS, otherwise: ENROLMENT_TOKEN_SECONDS }

/** Signs a root's delegation to a registrar. Throws ERR_OPTION and ERR_SIGNING_KEY_UNUSABLE. */
export async function delegate(options: DelegateOptions): Promise<string> {
  const {
    root,
    registrar,
    seconds,
    clock = systemClock,
  } = checkOptions('delegate', options, ['root', 'registrar', 'seconds', 'clock'])
  const issuedAt = Math.floor(clock())
  const lifetime = checkInteger('delegate: `seconds`', seconds, DELEGATION)
  const algorithm = registrar?.kty === 'EC' ? 'ES256' : 'EdDSA'
  try {
    const { jwk } = await importPublicJwk(registrar, algorithm)
    const terms = { issuedAt, expiresAt: issuedAt + lifetime }
    return await signDelegation({ algorithm, publicJwk: jwk }, await importSigningKey(root), terms)
  } catch (error) {
    if (error instanceof KeyInvalid) throw new OptionError(`delegate: \`registrar\`: ${error.message}`)
    throw error
  }
}

/** Signs an operator's one-time permission for a service to have a key enrolled. Throws ERR_OPTION and ERR_SIGNING_KEY_UNUSABLE. */
export async function enrolmentToken(options: EnrolmentTokenOptions): Promise<string> {
  const {
    operator,
    service,
    url,
    seconds,
    clock = systemClock,
  } = checkOptions('enrolmentToken', options, ['operator', 'service', 'url', 'seconds', 'clock'])
  const issuedAt = Math.floor(clock())
  const audience = checkRegistrarUrl('enrolmentToken', url).origin
  const expiresAt = issuedAt + checkInteger('enrolmentToken: `seconds`', seconds, TOKEN)
  return await signEnrolmentToken({ service, audience }, await importSigningKey(operator), { issuedAt, expiresAt })
}
