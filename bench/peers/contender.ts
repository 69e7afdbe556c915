/** What a contender is asked for. */
export interface Task {
  readonly depth: number
  /** Verifications that will be made, the ones before the measurement included. */
  readonly samples: number
  /** The bytes of our presentation at this depth. */
  readonly bytes: number
}

/** One scheme, ready to be measured at one depth. */
export interface Prepared {
  readonly bytes: number
  /** What the last service does with what arrives. */
  readonly verify: (sample: number) => unknown
  /** The cryptography alone that this scheme cannot verify without, by node:crypto. */
  readonly rawVerify: () => void
  /** What a service does to pass the call on; absent where it forwards what it received. */
  readonly extend?: () => unknown
  readonly rawExtend?: () => void
  readonly stop?: () => Promise<void>
}

/** A way to tell a service on whose behalf it is called. */
export interface Contender {
  readonly name: string
  /** What a receiver knows after verification ... */
  readonly proves: string
  /** ... and what it does not. */
  readonly doesNotProve: string
  readonly prepare: (task: Task) => Promise<Prepared>
}
