import { type ForgedHop, forgeHop, type HopPieces } from './hop.js'
import type { Wrapped } from './initial-token.js'
import { forgeSigner, type Signer } from './key.js'

/** Pieces for all hops of a chain, or for each by its position from the origin, which is 0. */
export type ChainPieces = Partial<HopPieces> | ((position: number) => Partial<HopPieces>)

/**
 * Makes a chain with custody: every signer calls the next, the last one calls the receiver.
 * `forgeChain([shop, cart], 'inventory')` is what inventory gets when cart calls it in the name of shop.
 */
export function forgeChain(
  signers: readonly Signer[],
  receiver: string,
  pieces: ChainPieces = {},
  initialToken?: Wrapped,
): ForgedHop {
  let around: Wrapped | undefined = initialToken
  let newest: ForgedHop | undefined
  signers.forEach((by, position) => {
    const to = signers[position + 1]?.name ?? receiver
    newest = forgeHop({ by, to, around, ...(typeof pieces === 'function' ? pieces(position) : pieces) })
    around = newest
  })
  if (newest === undefined) throw new Error('a chain has at least one signer')
  return newest
}

/** Signers `s0`, `s1` ... with alternating algorithms. */
export function forgeSigners(count: number): Signer[] {
  return Array.from({ length: count }, (_, position) => forgeSigner(`s${position}`, position % 2 ? 'EdDSA' : 'ES256'))
}
