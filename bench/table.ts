/** A table as it was printed. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

let printed: Table[] = []

/** Prints a table. It is kept until it is taken. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const table = { title, head, rows: rows.map(row => row.map(String)) }
  showTable(table)
  printed.push(table)
}

/** Numbers to the right, two spaces between columns. */
export function showTable({ title, head, rows }: Table): void {
  const cells = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  console.log(title)
  for (const row of cells) console.log(`  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`)
  console.log()
}

/** The tables that were printed since they were taken last. */
export function takePrintedTables(): readonly Table[] {
  const tables = printed
  printed = []
  return tables
}

/** The median of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Microseconds that a function takes, once. */
export async function microseconds(fn: () => unknown): Promise<number> {
  const start = process.hrtime.bigint()
  await fn()
  return Number(process.hrtime.bigint() - start) / 1000
}

/** Two things timed side by side. */
export interface Pair {
  readonly ours: number[]
  readonly raw: number[]
}

/** Times two functions one after the other, taking turns at going first: the second finds warm caches. */
export async function timePair(sample: number, ours: () => unknown, raw: () => unknown, times?: Pair): Promise<void> {
  const first = sample % 2 === 0 ? ours : raw
  const firstTime = await microseconds(first)
  const secondTime = await microseconds(first === ours ? raw : ours)
  times?.ours.push(first === ours ? firstTime : secondTime)
  times?.raw.push(first === ours ? secondTime : firstTime)
}
