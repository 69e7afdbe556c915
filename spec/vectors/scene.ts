import { type ChainPieces, forgeChain } from '../forge/chain.js'
import { EPOCH, type ForgedHop, fixed128, forgeHop, type HopPieces } from '../forge/hop.js'
import type { Wrapped } from '../forge/initial-token.js'
import { forgeKey, forgeSigner, type Signer } from '../forge/key.js'
import { forgeRegistration } from '../forge/registration.js'
import type { Vector, VectorReceiver, VectorRegistryEntry } from './vector.js'

// The cast. Everybody's key is made from his name, and nothing is random: whoever generates the vectors gets the same bytes.

export const shop = forgeSigner('shop', 'ES256')
export const cart = forgeSigner('cart', 'EdDSA')
export const pricing = forgeSigner('pricing', 'ES256')
export const stranger = forgeSigner('stranger', 'ES256')
export const issuerKey = forgeKey('issuer', 'ES256')
export const ISSUER = 'https://login.example'

export const ACCEPT_ALL = `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      come-from:
      - any-number-of-apps: true
`

/** A vector before its name: fields that are left out have the ordinary value. */
export interface Draft {
  readonly name: string
  readonly description: string
  readonly play: (scene: Scene) => Partial<Omit<Vector, 'receiver' | 'expected'>> & {
    readonly receiver?: Partial<VectorReceiver>
    readonly expected?: Partial<Vector['expected']>
    /** Left out of the receiver. */
    readonly without?: readonly (keyof VectorReceiver)[]
  }
}

/** Where one vector is made: secrets and transactions come from its name. */
export class Scene {
  #made = 0

  constructor(readonly name: string) {}

  /** A hop of shop's to inventory, unless it says otherwise. */
  hop(pieces: Partial<HopPieces> = {}): ForgedHop {
    return forgeHop({ by: shop, to: 'inventory', ...this.random(), ...pieces })
  }

  /** A chain to inventory. */
  chain(signers: readonly Signer[], pieces: ChainPieces = {}, initialToken?: Wrapped): ForgedHop {
    const piecesOf = typeof pieces === 'function' ? pieces : () => pieces
    return forgeChain(signers, 'inventory', position => ({ ...this.random(), ...piecesOf(position) }), initialToken)
  }

  /** A secret and a transaction. */
  random(): { readonly secret: string; readonly transaction: string } {
    this.#made += 1
    const label = `${this.name} ${this.#made}`
    return { secret: fixed128(`secret ${label}`), transaction: fixed128(`transaction ${label}`) }
  }
}

/** The registry's entry for a signer. */
export function registered(
  signer: Signer,
  pieces: Partial<Parameters<typeof forgeRegistration>[1]> = {},
): VectorRegistryEntry {
  const { service, kid, registration } = forgeRegistration(signer, { from: EPOCH - 1800, ...pieces })
  return { service, kid, registration }
}

/** Everybody but the stranger. */
export const REGISTRY: readonly VectorRegistryEntry[] = [registered(shop), registered(cart), registered(pricing)]

/** A draft of a presentation whose only hop, shop's, is wrong in one thing. */
export function wrongHop(name: string, description: string, code: string, pieces: Partial<HopPieces>): Draft {
  return {
    name,
    description,
    play: scene => ({ presentation: scene.hop(pieces).presentation, expected: { code, hop: 0 } }),
  }
}
