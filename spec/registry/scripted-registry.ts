import type { KeyRegistry, RegistryChange, RegistryEntry } from '../../lib/model/registry.js'

/** Answers one look-up. */
export type Answer = (service: string, kid: string) => Promise<RegistryEntry | undefined>

/** A registry that answers as its script says, and counts how often it is asked. */
export class ScriptedRegistry implements KeyRegistry {
  answer: Answer
  asked = 0
  watches = 0
  readonly #listeners = new Set<(change: RegistryChange) => void>()

  constructor(answer: Answer) {
    this.answer = answer
  }

  async find(service: string, kid: string): Promise<RegistryEntry | undefined> {
    this.asked += 1
    return this.answer(service, kid)
  }

  async watch(listener: (change: RegistryChange) => void): Promise<{ close(): Promise<void> }> {
    this.watches += 1
    this.#listeners.add(listener)
    return {
      close: async () => {
        this.watches -= 1
        this.#listeners.delete(listener)
      },
    }
  }

  /** Says that something may have changed. */
  hint(service: string, kid: string): void {
    for (const listener of this.#listeners) listener({ service, kid })
  }

  async publish(): Promise<void> {}
  async revoke(): Promise<void> {}
  async list(): Promise<readonly RegistryEntry[]> {
    return []
  }
  async close(): Promise<void> {}
}

/** A promise that is kept when the spec says so. */
export interface Pending<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export function pending<T>(): Pending<T> {
  let settle: Omit<Pending<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  if (settle === undefined) throw new Error('a promise that does not begin')
  return { promise, ...settle }
}
