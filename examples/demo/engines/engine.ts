import type { RegistryAccess } from '../registry.js'

/** What holds the keys in one run of the demo. */
export interface Engine {
  /** As the headline calls it. */
  readonly title: string
  accessOf(service: string): RegistryAccess
  /** Its server, where it has one: it can be killed, and started again. */
  readonly server?: Server
}

export interface Server {
  /** At once, as a crash ends it. */
  kill(): Promise<void>
  /** Again, on the same port and data. */
  start(): Promise<void>
}

/** Something has to be installed first. */
export class NotInstalled extends Error {}
