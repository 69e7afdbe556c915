import type { ChangeListener } from '../listeners.js'
import type { RegistrationSet } from './registration-set.js'
import type { SetSource } from './set-source.js'

/** Asks for one of a service's sets again and again, and tells what differs from the time before. Does not keep the process alive. */
export class SetPoll {
  readonly #service: string
  readonly #source: SetSource
  readonly #pollSeconds: number
  readonly #tell: ChangeListener
  #before: RegistrationSet | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(service: string, source: SetSource, pollSeconds: number, tell: ChangeListener) {
    this.#service = service
    this.#source = source
    this.#pollSeconds = pollSeconds
    this.#tell = tell
  }

  /** The first time. A service that does not answer is asked again later; until it does, nobody knows a key of it. */
  async begin(): Promise<void> {
    await this.#look().catch(() => undefined)
    this.#lookLater()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #lookLater(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => this.begin(), this.#pollSeconds * 1000).unref()
  }

  async #look(): Promise<void> {
    const after = await this.#source.get()
    const before = this.#before
    this.#before = after
    if (before === undefined || this.#closed) return
    for (const kid of changedKids(before, after)) this.#tell({ service: this.#service, kid })
  }
}

function changedKids(before: RegistrationSet, after: RegistrationSet): ReadonlySet<string> {
  const kids = [before, after].flatMap(({ registrations, revoked }) => [...registrations.keys(), ...revoked])
  return new Set(
    kids.filter(
      kid =>
        before.registrations.get(kid) !== after.registrations.get(kid) ||
        before.revoked.has(kid) !== after.revoked.has(kid),
    ),
  )
}
