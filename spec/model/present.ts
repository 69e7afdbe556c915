import type { Operation } from './cast.js'
import type { Binding, InitialPlan, Leg, Reference } from './moves.js'

/** Whose key signs a hop that the adversary makes: a corrupted service's first one, one that was published, or nobody's. */
export type KeyPlan = { readonly of: number } | { readonly published: number } | 'stranger'

/** A hop that the adversary makes. */
export interface HopPlan {
  /** Whose name stands in it. */
  readonly by: number
  readonly key: KeyPlan
  /** Names the first key of this service instead of the one that signs. */
  readonly kid?: number | undefined
  readonly to: number
  readonly operation: Operation
  /** Seconds from now. */
  readonly iat: number
  /** Seconds; as long as what it wraps allows if absent. */
  readonly life?: number | undefined
  readonly bind?: Binding | undefined
  readonly claims?: number | undefined
  /** Members over the regular ones; null leaves one out. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
  /** How the header is written, if not as compact JSON. */
  readonly write?: 'duplicate' | 'mark' | 'proto' | 'plus' | 'deep' | 'trailing' | undefined
}

/** What is done to the pieces of a chain. `at` is a hop's position, taken modulo what there is. */
export type Edit =
  | { readonly edit: 'drop' | 'repeat' | 'malleate' | 'loose'; readonly at: number }
  | { readonly edit: 'swap'; readonly at: number; readonly with: number }
  | {
      readonly edit: 'graft' | 'insert' | 'signature'
      readonly at: number
      readonly from: Reference
      readonly fromAt: number
    }
  | { readonly edit: 'initial'; readonly initial: InitialPlan }
  | { readonly edit: 'steal'; readonly from: Reference }
  | { readonly edit: 'member'; readonly at: number; readonly member: string; readonly value: unknown }
  | {
      readonly edit: 'resign'
      readonly at: number
      readonly key: KeyPlan
      readonly member?: string
      readonly value?: unknown
    }
  | {
      readonly edit: 'shift'
      readonly at: number
      readonly part: 'jti' | 'kid' | 'signature'
      readonly offset: number
      readonly by: number
    }

export const GARBLES = [
  'undefined',
  'null',
  'empty',
  'number',
  'object',
  'list',
  'separator',
  'space',
  'padded',
  'bare',
  'twice',
  'cut',
  'line',
  'letter',
  'half',
  'long',
  'deep',
  'dot',
  'secret',
] as const
/** What is done to the whole text in the end. */
export type Garble = (typeof GARBLES)[number]

export type SecretPlan = 'right' | 'random' | 'loose' | Reference

/** To whom the adversary presents something, and as what. */
export interface Delivery {
  /** The one to whom the newest hop is addressed, if absent. */
  readonly to?: number | undefined
  readonly instance: number
  /** What the newest hop asks for, if absent. */
  readonly operation?: Operation | undefined
  /** The one to which the newest hop is bound, if absent. */
  readonly request?: number | 'none' | undefined
  readonly streamed: boolean
  readonly binding: 'none' | 'target' | 'request'
  /** The request is read only when its turn has come. */
  readonly late: boolean
}

/** The adversary presents something. */
export interface Present {
  readonly kind: 'present'
  readonly move: number
  readonly tactic: string
  /** The chain to begin with. */
  readonly base?: Reference | undefined
  /** Without a base: the initial token. */
  readonly initial?: InitialPlan | undefined
  readonly edits: readonly Edit[]
  /** New hops, the first around what there is. */
  readonly hops: readonly HopPlan[]
  readonly secret: SecretPlan
  readonly garble?: Garble | undefined
  readonly delivery: Delivery
  /** Presented twice at the same time. */
  readonly race: boolean
  /** What an honest receiver that accepts it does next. */
  readonly next?: Leg | undefined
}
