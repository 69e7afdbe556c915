import { printable } from './terminal.js'

const GAP = '  '

/** A table that a person can read: columns as wide as what stands in them, and none that is empty. */
export function drawTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number) => string = cell => cell,
): string {
  const cells = rows.map(row => row.map(printable))
  const columns = titles.flatMap((title, at) => {
    const width = Math.max(...cells.map(row => row[at]?.length ?? 0))
    return width === 0 ? [] : [{ at, title, width: Math.max(width, title.length) }]
  })
  const line = (row: readonly string[], draw: (cell: string, column: number) => string) =>
    columns
      .map(({ at, width }, position) => {
        const text = row[at] ?? ''
        const isLast = position === columns.length - 1
        return draw(text, at) + (isLast ? '' : ' '.repeat(width - text.length))
      })
      .join(GAP)
      .trimEnd()
  return [line(titles, title => title), ...cells.map(row => line(row, paint))].map(text => `${text}\n`).join('')
}
