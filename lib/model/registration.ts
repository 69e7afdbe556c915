import type { KeyObject } from 'node:crypto'
import type { Algorithm } from './algorithm.js'

/** A registration whose signature, key and ownership were verified: this key may sign as this service, in this window. */
export interface Registration {
  readonly service: string
  readonly kid: string
  readonly algorithm: Algorithm
  readonly publicKey: KeyObject
  /** Seconds since the epoch. */
  readonly notBefore: number
  /** Seconds since the epoch. */
  readonly expiresAt: number
}
