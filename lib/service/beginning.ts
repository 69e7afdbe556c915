import { makeRandom128 } from '../chain/seal.js'
import { continuationOf, type VerifiedCall } from '../chain/verified-call.js'
import type { Wrapped } from '../chain/wrap.js'
import { OptionError, ParentForeign } from '../errors.js'
import type { ChainBeginning } from '../http/context.js'
import type { InitialTokens } from '../initial-token/initial-tokens.js'
import { encodeUserClaims, judgeUserClaims } from '../initial-token/user-claims.js'
import { HOP_TYPE } from '../jws/protected-header.js'
import type { Beginning } from './outbound-options.js'

/**
 * Begins a chain of this origin, in a transaction of its own. An initial token is verified before it is signed (invariant 21), and
 * must have been issued to this origin where its issuer says to whom.
 */
export async function beginChain(
  beginning: Beginning,
  initialTokens: InitialTokens,
  origin: string,
  now: number,
): Promise<ChainBeginning> {
  const transaction = makeRandom128()
  if ('job' in beginning) {
    if (beginning.job !== true) throw new OptionError('`job` must be true')
    return { wrapped: { transaction } }
  }
  if ('userClaims' in beginning) {
    const { text, claims: asserted } = encodeUserClaims(beginning.userClaims)
    const { kind, claims, expiresAt } = judgeUserClaims(asserted, now)
    return { wrapped: { cty: 'user', text, expiresAt, transaction }, user: Object.freeze({ kind, claims }) }
  }
  const chosen = initialTokens.choose(beginning.initialToken)
  const { kind, claims, expiresAt } = await chosen.verify(now, origin)
  return {
    wrapped: { cty: chosen.kind, text: chosen.text, expiresAt, transaction },
    user: Object.freeze({ kind, claims }),
  }
}

/** Continues a call that this very receiver unwrapped. Throws ERR_PARENT_FOREIGN for any other value. */
export function continueCall(call: VerifiedCall, receiver: object): Wrapped {
  const isObject = typeof call === 'object' && call !== null
  const continuation = isObject ? continuationOf(call, receiver) : undefined
  if (continuation === undefined) throw new ParentForeign('the parent is not a call that this service unwrapped')
  return { cty: HOP_TYPE, text: continuation.chain, hops: continuation.hops, expiresAt: call.expiresAt }
}
