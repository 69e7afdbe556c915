/** Runs something, and gathers the warnings that the process is given meanwhile, in place of printing them. */
export async function warningsOf(run: () => Promise<void>): Promise<Error[]> {
  const warnings: Error[] = []
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', warning => warnings.push(warning))
  try {
    await run()
    await new Promise(resolve => setImmediate(resolve))
  } finally {
    process.removeAllListeners('warning')
    for (const printer of printers) process.on('warning', printer)
  }
  return warnings
}
