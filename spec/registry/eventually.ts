import { setTimeout as delay } from 'node:timers/promises'

/** Waits until something is so, for as long as the spec may take or a number of seconds. */
export async function eventually(isSo: () => boolean | Promise<boolean>, seconds = 8): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not so after ${seconds} s: ${isSo}`)
    await delay(5)
  }
}
