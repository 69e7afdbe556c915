import { readFile } from 'node:fs/promises'
import { CertificationInvalid, DelegationEnded, KeyInvalid, OptionError } from '../errors.js'
import { importPublicJwk, type PublicJwk, type PublicKey } from '../jws/public-key.js'
import { SKEW_SECONDS } from '../limits/chains.js'
import { DELEGATION_POLL_SECONDS } from '../limits/registrars.js'
import { checkOptions } from '../options.js'
import { DELEGATION, importDelegatedKey } from '../registry/registrar/delegation.js'
import { readUnverifiedStatement, verifyStatement } from '../registry/registrar/statement.js'

/** What a root lets the registrar do. Exactly one of `text` and `file`. */
export interface DelegationOption {
  /** The root's public JWK, which verifiers pin. */
  readonly root: PublicJwk
  readonly text?: string | undefined
  /** Where the root's newest delegation stands: read again and again, so that it is renewed without a restart. */
  readonly file?: string | undefined
}

/** A delegation that was verified. */
export interface Delegated {
  readonly text: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** Hears that the file has a new delegation, or one that cannot be used. */
export type DelegationListener = (found: Delegated | Error) => void

const UNREADABLE = ''

/** The delegation that a registrar certifies under: the last good one that its file had. */
export class HeldDelegation {
  readonly #root: PublicKey
  readonly #registrar: string
  readonly #file: string | undefined
  readonly #timer: NodeJS.Timeout | undefined
  #held: Delegated
  #seen: string

  private constructor(root: PublicKey, registrar: string, held: Delegated, file?: string, tell?: DelegationListener) {
    this.#root = root
    this.#registrar = registrar
    this.#held = held
    this.#seen = held.text
    this.#file = file
    if (file === undefined) return
    this.#timer = setInterval(() => this.#look(tell), DELEGATION_POLL_SECONDS * 1000).unref()
  }

  /** Takes the delegation that there is. Throws ERR_OPTION for one that is not this root's, or not for this registrar's key. */
  static async hold(option: DelegationOption, registrar: string, tell: DelegationListener): Promise<HeldDelegation> {
    const { root, text, file } = checkOptions('`delegation`', option, ['root', 'text', 'file'])
    if ((text === undefined) === (file === undefined))
      throw new OptionError('`delegation`: give either `text` or `file`')
    try {
      const key = await importPublicJwk(root, root?.kty === 'EC' ? 'ES256' : 'EdDSA')
      const held = await verify(await readText(text, file), key, registrar)
      return new HeldDelegation(key, registrar, held, file, tell)
    } catch (cause) {
      if (cause instanceof KeyInvalid) throw new OptionError(`\`delegation.root\`: ${cause.message}`)
      if (cause instanceof CertificationInvalid) throw new OptionError(`\`delegation\`: ${cause.message}`)
      throw cause
    }
  }

  /** The delegation, if a certification may rest on it from now to then. Throws ERR_DELEGATION_ENDED. */
  covering(now: number, expiresAt: number): string {
    const { text, issuedAt, expiresAt: end } = this.#held
    if (now < issuedAt - SKEW_SECONDS) throw new DelegationEnded("the root's delegation to the registrar has not begun")
    if (end <= now) throw new DelegationEnded("the root's delegation to the registrar has ended")
    if (expiresAt > end) {
      const left = end - now
      throw new DelegationEnded(
        `the root's delegation ends in ${left} s, before the registration would: renew the delegation`,
      )
    }
    return text
  }

  get issuedAt(): number {
    return this.#held.issuedAt
  }

  get expiresAt(): number {
    return this.#held.expiresAt
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** A file that has a bad delegation, or is not there, leaves the one that there was. Each is told once. */
  async #look(tell: DelegationListener | undefined): Promise<void> {
    const text = await readText(undefined, this.#file).catch(() => UNREADABLE)
    if (text === this.#seen) return
    this.#seen = text
    try {
      if (text === UNREADABLE) throw new CertificationInvalid('the file of the delegation cannot be read')
      this.#held = await verify(text, this.#root, this.#registrar)
      tell?.(this.#held)
    } catch (error) {
      if (error instanceof CertificationInvalid) tell?.(error)
    }
  }
}

async function readText(text: unknown, file: unknown): Promise<string> {
  if (typeof text === 'string') return text
  if (typeof file !== 'string' || file === '')
    throw new OptionError('`delegation`: expected a text, or the path of a file')
  return (await readFile(file, 'utf8')).trim()
}

async function verify(text: string, root: PublicKey, registrar: string): Promise<Delegated> {
  const delegation = readUnverifiedStatement(DELEGATION, text)
  if (delegation.kid !== root.kid || delegation.algorithm !== root.algorithm) {
    throw new CertificationInvalid('the delegation is signed by another root')
  }
  await verifyStatement(DELEGATION.name, delegation, root.key)
  const { kid } = await importDelegatedKey(delegation)
  if (kid !== registrar) throw new CertificationInvalid("the delegation is for another key than the registrar's")
  return { text, issuedAt: delegation.issuedAt, expiresAt: delegation.expiresAt }
}
