/** What is written to standard error while some work is done. */
export async function standardErrorOf(work: () => Promise<unknown>): Promise<string> {
  const lines: string[] = []
  const { write } = process.stderr
  process.stderr.write = text => lines.push(String(text)) > 0
  try {
    await work()
  } finally {
    process.stderr.write = write
  }
  return lines.join('')
}
