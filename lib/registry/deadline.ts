/**
 * The result of some work, if it comes in time; otherwise an error. The work itself cannot be stopped: what comes later is ignored.
 * Does not keep the process alive.
 */
export async function withDeadline<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000)
    timer.unref()
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whether work is done within some seconds; it goes on in either case. */
export async function isSettledWithin(seconds: number, work: Promise<unknown>): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  )
  return await withDeadline(seconds, () => settled).catch(() => false)
}
