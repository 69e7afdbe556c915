import type { KeyObject } from 'node:crypto'
import { InitialTokenInvalid } from '../errors.js'
import type { IssuerKey } from './issuer-key.js'
import type { JwtAlgorithm } from './jwt-algorithm.js'

/** What a token's header says of the key that it was signed with. */
export interface KeySearch {
  readonly kid: string | undefined
  readonly alg: JwtAlgorithm
}

/** Where the keys of one issuer are looked up. */
export interface IssuerKeys {
  /**
   * The one key that fits, or undefined if the issuer has none. Refuses with ERR_INITIAL_TOKEN_INVALID if several fit, and with
   * ERR_ISSUER_UNAVAILABLE if the issuer must be asked and cannot answer.
   */
  find(search: KeySearch, now: number): Promise<KeyObject | undefined>
}

/** The keys of one issuer, at one moment. */
export class KeySet implements IssuerKeys {
  constructor(private readonly keys: readonly IssuerKey[]) {}

  async find(search: KeySearch): Promise<KeyObject | undefined> {
    return this.pick(search)
  }

  /** The one key of this kid, or without a kid the only one, that verifies this algorithm. */
  pick({ kid, alg }: KeySearch): KeyObject | undefined {
    const fitting = this.keys.filter(key => key.algorithms.includes(alg) && (kid === undefined || key.kid === kid))
    if (fitting.length > 1) throw new InitialTokenInvalid('more than one key of the issuer fits the initial token')
    return fitting[0]?.key
  }
}
