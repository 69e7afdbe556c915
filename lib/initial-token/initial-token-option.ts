import { OptionError } from '../errors.js'
import { checkOptions } from '../options.js'
import type { InitialTokenVerifier } from './initial-token-verifier.js'

/** Which initial tokens a service accepts. */
export interface InitialTokenOption {
  /** The authorization servers whose tokens are accepted, each by its verifier. */
  readonly accept?: readonly InitialTokenVerifier[] | undefined
  /** Whether user claims that an edge asserts are accepted beside them. */
  readonly user?: true | undefined
}

/** Which initial tokens a service accepts, after all checks of the option. */
export interface AcceptedInitialTokens {
  readonly verifiers: readonly InitialTokenVerifier[]
  readonly user: 'accept' | 'refuse'
}

const OPTIONS = ['accept', 'user'] as const

/** Reads a service's option `initialToken`; without one, user claims alone are accepted. Throws ERR_OPTION. */
export function readInitialTokenOption(option: InitialTokenOption | undefined): AcceptedInitialTokens {
  if (option === undefined) return { verifiers: [], user: 'accept' }
  const { accept, user } = checkOptions('initialToken', option, OPTIONS)
  if (user !== undefined && user !== true) throw new OptionError('initialToken: `user` must be true, or be left out')
  if (accept === undefined && user) return { verifiers: [], user: 'accept' }
  if (!Array.isArray(accept) || accept.length === 0) {
    throw new OptionError('initialToken: `accept` must list at least one verifier, unless `user` is true')
  }
  return { verifiers: readVerifiers(accept), user: user ? 'accept' : 'refuse' }
}

function readVerifiers(accept: readonly InitialTokenVerifier[]): readonly InitialTokenVerifier[] {
  const known = new Set<string>()
  for (const verifier of accept) {
    if (!isVerifier(verifier)) throw new OptionError('initialToken: `accept` lists something that is no verifier')
    const place = `${verifier.kind} ${verifier.issuer}`
    if (known.has(place)) throw new OptionError('initialToken: `accept` lists two verifiers of one issuer and kind')
    known.add(place)
  }
  return [...accept]
}

function isVerifier(value: unknown): value is InitialTokenVerifier {
  if (typeof value !== 'object' || value === null) return false
  const { kind, issuer, verify, isIssuedTo } = value as Partial<InitialTokenVerifier>
  const isKind = kind === 'jwt' || kind === 'token'
  const areFunctions = typeof verify === 'function' && (isIssuedTo === undefined || typeof isIssuedTo === 'function')
  return isKind && typeof issuer === 'string' && issuer !== '' && areFunctions
}
