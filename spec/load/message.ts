/** The services, in the order in which they call each other. */
export const LINE = ['shop', 'cart', 'inventory', 'suppliers'] as const
export type Name = (typeof LINE)[number]

/** What is asked of each service by the one before it. */
export const OPERATIONS = { cart: 'checkout', inventory: 'commit', suppliers: 'resupply' } as const

/** What a service's process is started with. */
export interface Setup {
  readonly name: Name
  /** The folder of the library's index.ts. */
  readonly library: string
  readonly registry: string
  readonly registrationSeconds: number
  readonly ports: Readonly<Record<Name, number>>
  /** Whether it keeps the call in a variable of its module, as nobody should: a control of the check itself. */
  readonly bleeds: boolean
}

/** What it logs of a call that it refused. */
export interface Refusal {
  readonly correlation: string
  readonly code: string | undefined
  readonly message: string | undefined
}

/** What it says. */
export type Report =
  | { readonly kind: 'listening' }
  | { readonly kind: 'heap'; readonly bytes: number }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'warning'; readonly message: string }

/** What one service saw of a request, from the context that it runs in. */
export interface Sight {
  readonly service: Name
  readonly user: string
  readonly transaction: string
  readonly stack: readonly string[]
  /** What the origin claimed in its hop, and what the body said. */
  readonly item: string
  readonly body: string
}

/** Why a service could not answer: a call that was refused, or that did not come through. */
export interface Failure {
  readonly at: Name
  /** Of the error, if there was no answer. */
  readonly code?: string
  /** Of the answer, and the correlation id under which its service logged it. */
  readonly status?: number
  readonly correlation?: string
}

export type Answer = { readonly sights: readonly Sight[] } | { readonly failure: Failure }
