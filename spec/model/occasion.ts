import type { DissectedHop, Dissection } from '../forge/dissection.js'
import type { Operation } from './cast.js'
import type { Instance } from './honest-services.js'
import type { Place } from './places.js'
import type { Request } from './requests.js'
import type { World } from './world.js'

/** Something is presented to an instance of an honest service. */
export interface Occasion {
  readonly presentation: unknown
  readonly instance: Instance
  readonly operation: Operation
  readonly request: Request | undefined
  readonly binding: 'none' | 'target' | 'request'
  /** The request is read only when its turn has come. */
  readonly late: boolean
}

/** What an oracle sees. */
export interface Case extends Occasion {
  readonly world: World
  readonly parts: Dissection
  readonly newest: DissectedHop
  readonly origin: DissectedHop
  /** By the receiver's clock. */
  readonly now: number
  readonly isAccepted: boolean
  readonly findPlace: (service: string, kid: string) => Place | undefined
}

/** Says why a call must not be accepted; undefined if it sees no reason. */
export type Objection = (seen: Case) => string | undefined
