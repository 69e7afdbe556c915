/** Runs a job every night, at an hour of this machine's time. What it throws is told, and the next night comes all the same. */
export class NightlySchedule {
  #timer: NodeJS.Timeout | undefined
  readonly #hour: number
  readonly #job: () => Promise<void>

  constructor(hour: number, job: () => Promise<void>) {
    this.#hour = hour
    this.#job = job
  }

  start(): void {
    this.#timer = setTimeout(() => this.#run(), millisecondsUntil(this.#hour, new Date()))
  }

  /** The night falls now. */
  async fall(): Promise<void> {
    await this.#job()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    this.start()
    await this.#job().catch((error: Error) => process.emitWarning(error))
  }
}

function millisecondsUntil(hour: number, now: Date): number {
  const next = new Date(now)
  next.setHours(hour, 0, 0, 0)
  if (next <= now) next.setDate(next.getDate() + 1)
  return next.getTime() - now.getTime()
}
