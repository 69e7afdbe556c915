import { REGISTRY_LISTING_SECONDS } from '../../limits/registries.js'
import type { ChangeListener } from '../listeners.js'
import { lastSequence, listHeld } from './bucket-contents.js'
import type { NatsConnection } from './nats-connection.js'
import type { BucketSubjects } from './subjects.js'

const SEQUENCE = 'Nats-Sequence'

/**
 * Tells what changes in a bucket: the server repeats each message when it is stored, with its number. Where a number is missing something was
 * missed, and with a new connection perhaps: then every place is told.
 */
export class BucketChanges {
  readonly #subjects: BucketSubjects
  readonly #tell: ChangeListener
  /** The number of the last message that was heard of, or stored before; none before the first connection. */
  #last: number | undefined
  #armed: NatsConnection | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(subjects: BucketSubjects, tell: ChangeListener) {
    this.#subjects = subjects
    this.#tell = tell
  }

  /** Has a connection hear of changes from then on. */
  async arm(connection: NatsConnection): Promise<void> {
    const isFirst = this.#last === undefined
    if (this.#armed !== connection)
      await connection.listen(this.#subjects.changes, (subject, header) => this.#hear(connection, subject, header))
    this.#armed = connection
    this.#last = await lastSequence(connection, this.#subjects)
    if (!isFirst) await this.#tellAll(connection)
    this.#compareLater(connection)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #hear(connection: NatsConnection, subject: string, header: (name: string) => string | undefined): void {
    const sequence = Number(header(SEQUENCE))
    const spoken = this.#subjects.isChangeOf(subject)
    if (spoken !== undefined) this.#tell(spoken.place)
    const isMissing = this.#last !== undefined && sequence > this.#last + 1
    this.#last = Math.max(sequence, this.#last ?? 0)
    if (isMissing) this.#tellAll(connection).catch(() => connection.close())
  }

  async #tellAll(connection: NatsConnection): Promise<void> {
    for (const { place } of await listHeld(connection, this.#subjects, this.#subjects.all)) this.#tell(place)
  }

  /** The last message may be the one that was missed. This also finds out whether the connection still lives. */
  #compareLater(connection: NatsConnection): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => this.#compare(connection).catch(() => connection.close()),
      REGISTRY_LISTING_SECONDS * 1000,
    ).unref()
  }

  async #compare(connection: NatsConnection): Promise<void> {
    const last = await lastSequence(connection, this.#subjects)
    if (last !== this.#last) {
      this.#last = last
      await this.#tellAll(connection)
    }
    this.#compareLater(connection)
  }
}
