import { FOLDER_LOOK_SHARE, MAX_FOLDER_REST_SECONDS } from '../limits/registries.js'

/** Seconds of a clock that is never set. */
export function steadySeconds(): number {
  return performance.now() / 1000
}

/** For how long something rests that took so long to look at: whoever fills his folder has it looked at less often. */
export function restAfter(seconds: number): number {
  return Math.min(MAX_FOLDER_REST_SECONDS, seconds / FOLDER_LOOK_SHARE)
}

/** Which folders rest, and until when. */
export class Rests {
  readonly #endByFolder = new Map<string, number>()

  /** A folder rests from now for some seconds, unless it rests longer already. */
  begin(folder: string, seconds: number): void {
    this.#endByFolder.set(folder, Math.max(this.endOf(folder), steadySeconds() + seconds))
  }

  hasRested(folder: string): boolean {
    return this.endOf(folder) <= steadySeconds()
  }

  endOf(folder: string): number {
    return this.#endByFolder.get(folder) ?? Number.NEGATIVE_INFINITY
  }

  forget(folder: string): void {
    this.#endByFolder.delete(folder)
  }
}
