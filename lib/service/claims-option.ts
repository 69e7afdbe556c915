import type { ClaimsAlongChain } from '../chain/claims-along-chain.js'
import { OptionError } from '../errors.js'
import { findClaimsFault } from '../jws/protected-header.js'
import { checkOptions } from '../options.js'

/** Claims that are bound along the chain: what a hop states of them is compared with what it wraps. */
export interface ClaimsOption {
  /** Claims that are lists of words, such as `scope`: a hop may state some of the words that it wraps, and no others. */
  readonly narrowing?: readonly string[] | undefined
  /** Claims that a hop may state only as it wraps them, such as `tenant`. */
  readonly constant?: readonly string[] | undefined
}

/** The claims that are bound, if any are. Throws ERR_OPTION. */
export function resolveClaims(option: ClaimsOption | undefined): ClaimsAlongChain | undefined {
  if (option === undefined) return undefined
  checkOptions('`claimsAlongChain`', option, ['narrowing', 'constant'])
  const narrowing = checkNames('narrowing', option.narrowing)
  const constant = checkNames('constant', option.constant)
  if (narrowing.length + constant.length === 0) throw new OptionError('`claimsAlongChain` names no claim')
  const both = constant.find(name => narrowing.includes(name))
  if (both !== undefined) throw new OptionError(`\`claimsAlongChain\`: \`${both}\` is narrowing or constant, not both`)
  return { narrowing, constant }
}

function checkNames(member: string, names: readonly string[] = []): readonly string[] {
  const what = `\`claimsAlongChain.${member}\``
  if (!Array.isArray(names) || !names.every(isName)) throw new OptionError(`${what} must be a list of names of claims`)
  for (const name of names) {
    const fault = findClaimsFault({ [name]: '' })
    if (fault !== undefined) throw new OptionError(`${what} names \`${name}\`, which no hop can state`)
  }
  return [...names]
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && name !== '__proto__'
}
