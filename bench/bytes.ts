import { naiveTokenOf } from './naive.js'
import { presentationOf, startLine, stopLine } from './services.js'
import { printTable } from './table.js'

const LIMIT = 8000

/** Bytes on the wire by depth, with bound requests and an initial token of 800 characters. */
export async function printBytes(): Promise<void> {
  const line = await startLine('ES256')
  const rows: (string | number)[][] = []
  for (let depth = 1; depth <= 16; depth += 1) {
    const presentation = await presentationOf(line, depth).catch(() => undefined)
    const naive = depth <= 10 ? (await naiveTokenOf(depth)).token.length : '-'
    const room = presentation && `${Math.round((presentation.length / LIMIT) * 100)} %`
    rows.push([depth, presentation?.length ?? 'too long', room ?? '-', naive])
  }
  await stopLine(line)
  printTable(
    'bytes by depth (ES256, bound requests, initial token of 800 characters)',
    ['hops', 'countersign', 'of 8000', 'naive'],
    rows,
  )
}
