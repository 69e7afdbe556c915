import type { Clock } from '../clock.js'
import { systemClock } from '../clock.js'
import { CertificationInvalid, TokenError } from '../errors.js'
import { KEY_FRESH_SECONDS, KEY_STALE_SECONDS } from '../limits/keys.js'
import type { Algorithm } from '../model/algorithm.js'
import type { Registration } from '../model/registration.js'
import type { RegistryEntry } from '../model/registry.js'
import { checkOptions } from '../options.js'
import { readUnverifiedCertification } from './registrar/certification.js'
import { DELEGATION } from './registrar/delegation.js'
import { resolveRegistrars } from './registrar/pinned-registrars.js'
import { readUnverifiedStatement } from './registrar/statement.js'
import type { RegistrationVerifier } from './registration.js'

/** What a service would make of a key now. `refused` is what is no registration of this key, or not certified as it must be. */
export type RegistrationState = 'valid' | 'not yet valid' | 'expired' | 'revoked' | 'refused'

/** Who is said to have certified a registration. */
export interface InspectedCertification {
  /** The kid of the registrar. */
  readonly registrar: string
  /** The kid of the root that delegates to it, where one does. */
  readonly root?: string
  /** Whether that was verified: only with `registrars`. */
  readonly isVerified: boolean
}

/** What is stored under one (service, kid), judged as a service judges it, without asking for a call. */
export interface Inspection {
  readonly service: string
  readonly kid: string
  readonly state: RegistrationState
  /** When it was judged, in seconds since the epoch. */
  readonly inspectedAt: number
  /** These three are of a verified registration, be it expired or revoked. Seconds since the epoch. */
  readonly algorithm?: Algorithm
  readonly notBefore?: number
  readonly expiresAt?: number
  readonly certification?: InspectedCertification
  /** Why it is refused. */
  readonly problem?: { readonly code: string; readonly message: string }
}

/** Judges what a registry holds. */
export type Inspector = (entry: RegistryEntry) => Promise<Inspection>

/** How an inspector judges. */
export interface InspectorOptions {
  /** As in a service's options. Without it a certification is looked through, and not verified. */
  readonly registrars?: Parameters<typeof resolveRegistrars>[0]
  readonly clock?: Clock | undefined
}

/** Within how many seconds services refuse a key that was revoked; at once where they hear of the registry's changes. */
export const REVOCATION_SECONDS = Object.freeze({ atMost: KEY_FRESH_SECONDS, whileUnreachable: KEY_STALE_SECONDS })

/** An inspector, for tools that show what a registry holds: it does not believe what it reads. Throws ERR_OPTION. */
export async function makeInspector(options: InspectorOptions = {}): Promise<Inspector> {
  const { registrars, clock = systemClock } = checkOptions('makeInspector', options, ['registrars', 'clock'])
  const verify = await resolveRegistrars(registrars)
  return entry => inspect(entry, { verify, isPinned: registrars !== undefined, now: clock() })
}

interface Judging {
  readonly verify: RegistrationVerifier
  readonly isPinned: boolean
  readonly now: number
}

async function inspect(entry: RegistryEntry, { verify, isPinned, now }: Judging): Promise<Inspection> {
  const { service, kid, registration: text, revoked } = entry
  const base = { service, kid, inspectedAt: now }
  if (text === undefined) return { ...base, ...(revoked ? { state: 'revoked' } : nothingThere()) }
  try {
    const registration = await verify(text, { service, kid })
    const { algorithm, notBefore, expiresAt } = registration
    const state = revoked ? 'revoked' : stateAt(registration, now)
    return { ...base, state, algorithm, notBefore, expiresAt, ...certificationOf(text, isPinned) }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    const problem = { code: error.code, message: error.message }
    return { ...base, state: revoked ? 'revoked' : 'refused', problem }
  }
}

function nothingThere(): Pick<Inspection, 'state' | 'problem'> {
  return { state: 'refused', problem: { code: 'ERR_KEY_UNKNOWN', message: 'there is no registration' } }
}

function stateAt({ notBefore, expiresAt }: Registration, now: number): RegistrationState {
  if (now < notBefore) return 'not yet valid'
  return now < expiresAt ? 'valid' : 'expired'
}

/** Of a registration that was verified. One that is no certification has none. */
function certificationOf(text: string, isVerified: boolean): Pick<Inspection, 'certification'> {
  try {
    const { certification, delegation } = readUnverifiedCertification(text)
    const root = delegation === undefined ? {} : { root: readUnverifiedStatement(DELEGATION, delegation).kid }
    return { certification: { registrar: certification.kid, ...root, isVerified } }
  } catch (error) {
    if (error instanceof CertificationInvalid) return {}
    throw error
  }
}
