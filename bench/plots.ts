import { type Line, linePlot } from './line-plot.js'
import type { Results } from './results.js'
import type { Table } from './table.js'

/** A plot of one printed table. */
interface Plot {
  readonly file: string
  readonly section: string
  /** How the table's title begins. */
  readonly table: string
  readonly title: string
  readonly x: string
  readonly y: string
  /** Columns that are lines, with their names; or the column that names the line, and the one that has its values. */
  readonly lines: Readonly<Record<string, string>> | { readonly by: string; readonly values: string }
  /** Lines leave the frame above this. */
  readonly max?: number
  readonly limits?: Readonly<Record<string, number>>
}

const PLOTS: readonly Plot[] = [
  {
    file: 'bytes.svg',
    section: 'bytes',
    table: 'bytes by depth',
    title: 'Bytes on the wire (user of 800 characters)',
    x: 'hops',
    y: 'bytes',
    lines: { countersign: 'countersign', naive: 'naive, claims in claims' },
    max: 18_000,
    limits: { 'nginx, Apache: one line': 8192, 'Node.js: all headers': 16_384 },
  },
  {
    file: 'verification.svg',
    section: 'verification',
    table: 'verify a chain never seen before (ES256)',
    title: 'Verifying a chain never seen before (ES256)',
    x: 'hops',
    y: 'microseconds',
    lines: { 'countersign us': 'countersign', 'raw us': 'raw crypto.verify', 'naive jose us': 'naive jose' },
  },
  {
    file: 'fan-out.svg',
    section: 'fan-out',
    table: 'verify a new hop around a chain seen before (ES256)',
    title: 'Verifying a new hop around a chain seen before (ES256)',
    x: 'hops',
    y: 'microseconds',
    lines: { 'countersign us': 'countersign', 'one raw us': 'one crypto.verify' },
  },
  {
    file: 'wrap.svg',
    section: 'wrap',
    table: 'wrap (ES256)',
    title: 'Adding a hop (ES256)',
    x: 'hops',
    y: 'microseconds',
    lines: { 'countersign us': 'countersign', 'raw us': 'raw crypto.sign', 'naive jose us': 'naive jose' },
  },
  {
    file: 'peers-verify.svg',
    section: 'peers',
    table: 'verify beside peers',
    title: 'Verifying, beside peers',
    x: 'hops',
    y: 'microseconds',
    lines: { by: 'scheme', values: 'us' },
    max: 4000,
  },
  {
    file: 'peers-bytes.svg',
    section: 'peers',
    table: 'verify beside peers',
    title: 'Bytes on the wire, beside peers (user of 200 characters)',
    x: 'hops',
    y: 'bytes',
    lines: { by: 'scheme', values: 'bytes' },
    max: 18_000,
    limits: { 'nginx, Apache: one line': 8192, 'Node.js: all headers': 16_384 },
  },
  {
    file: 'memory.svg',
    section: 'memory',
    table: 'heap of 17 services',
    title: 'Heap of 17 services under chains never seen before',
    x: 'minutes',
    y: 'megabytes',
    lines: { MB: 'heap after collection' },
  },
]

/** The plots of a run by file name: of the sections that it has. */
export function plotsOf(results: Results): ReadonlyMap<string, string> {
  const plots = PLOTS.filter(({ section }) => results.sections[section] !== undefined)
  return new Map(plots.map(plot => [plot.file, draw(plot, results)]))
}

function draw({ file, section, table: beginning, lines, ...frame }: Plot, results: Results): string {
  const table = results.sections[section]?.find(({ title }) => title.startsWith(beginning))
  if (table === undefined) throw new Error(`${file}: no table begins with \`${beginning}\``)
  return linePlot(frame, isNamedByColumn(lines) ? namedLines(table, frame.x, lines) : columns(table, frame.x, lines))
}

function isNamedByColumn(lines: Plot['lines']): lines is { readonly by: string; readonly values: string } {
  return 'by' in lines
}

function columns(table: Table, x: string, names: Readonly<Record<string, string>>): readonly Line[] {
  return Object.entries(names).map(([column, name]) => ({ name, points: pointsOf(table, table.rows, x, column) }))
}

function namedLines(table: Table, x: string, { by, values }: { by: string; values: string }): readonly Line[] {
  const at = columnOf(table, by)
  const names = [...new Set(table.rows.map(row => row[at] ?? ''))]
  return names.map(name => {
    const rows = table.rows.filter(row => row[at] === name)
    return { name, points: pointsOf(table, rows, x, values) }
  })
}

/** Cells without a number are left out. */
function pointsOf(table: Table, rows: Table['rows'], x: string, y: string): Line['points'] {
  const [atX, atY] = [columnOf(table, x), columnOf(table, y)]
  const points = rows.map(row => ({ x: Number(row[atX]), y: Number(row[atY]) }))
  return points.filter(point => Number.isFinite(point.x) && Number.isFinite(point.y))
}

function columnOf({ title, head }: Table, name: string): number {
  const column = head.indexOf(name)
  if (column < 0) throw new Error(`\`${title}\` has no column \`${name}\``)
  return column
}
