import { makeRandom128 } from '../chain/seal.js'
import { continuationOf, type VerifiedCall } from '../chain/verified-call.js'
import type { Wrapped } from '../chain/wrap.js'
import { OptionError, ParentForeign } from '../errors.js'
import type { InitialTokens } from '../initial-token/initial-tokens.js'
import { encodeUserClaims, readUserClaims } from '../initial-token/user-claims.js'
import { HOP_TYPE } from '../jws/protected-header.js'
import type { Beginning } from './outbound-options.js'

/** Begins a chain, in a transaction of its own. An initial token is verified before it is signed (invariant 21). */
export async function beginChain(beginning: Beginning, initialTokens: InitialTokens, now: number): Promise<Wrapped> {
  const transaction = makeRandom128()
  if ('job' in beginning) {
    if (beginning.job !== true) throw new OptionError('`job` must be true')
    return { transaction }
  }
  if ('userClaims' in beginning) {
    const text = encodeUserClaims(beginning.userClaims)
    const { expiresAt } = readUserClaims(text, now)
    return { cty: 'user', text, expiresAt, transaction }
  }
  const chosen = initialTokens.choose(beginning.initialToken)
  const { expiresAt } = await chosen.verify(now)
  return { cty: chosen.kind, text: chosen.text, expiresAt, transaction }
}

/** Continues a call that this very receiver unwrapped. Throws ERR_PARENT_FOREIGN for any other value. */
export function continueCall(call: VerifiedCall, receiver: object): Wrapped {
  const isObject = typeof call === 'object' && call !== null
  const continuation = isObject ? continuationOf(call, receiver) : undefined
  if (continuation === undefined) throw new ParentForeign('the parent is not a call that this service unwrapped')
  return { cty: HOP_TYPE, text: continuation.chain, hops: continuation.hops, expiresAt: call.expiresAt }
}
