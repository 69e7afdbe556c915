import { ChainFull, type Service } from '../dist/index.js'
import { MAX_PRESENTATION_CHARACTERS } from '../lib/limits/chains.js'
import { printHeaderLimits } from './header-limits.js'
import { naiveTokenOf } from './naive.js'
import { presentationOf, startLine, stopLine } from './services.js'
import { printTable } from './table.js'

const MAX_DEPTH = 16
const PLOTTED_DEPTH = 10

/** Bytes on the wire by depth, with bound requests and an initial token of 800 characters. */
export async function printBytes(): Promise<void> {
  const line = await startLine('ES256')
  const ours: number[] = []
  const naive: number[] = []
  const rows: (string | number)[][] = []
  for (let depth = 1; depth <= MAX_DEPTH; depth += 1) {
    const length = await lengthOf(line, depth)
    const { token } = await naiveTokenOf(depth)
    ours.push(length ?? Number.POSITIVE_INFINITY)
    naive.push(token.length)
    const room = length && `${Math.round((length / MAX_PRESENTATION_CHARACTERS) * 100)} %`
    rows.push([depth, length ?? 'too long', room ?? '-', depth <= PLOTTED_DEPTH ? token.length : '-'])
  }
  await stopLine(line)
  printTable(
    'bytes by depth (ES256, bound requests, initial token of 800 characters)',
    ['hops', 'countersign', `of ${MAX_PRESENTATION_CHARACTERS}`, 'naive'],
    rows,
  )
  printHeaderLimits('initial token of 800 characters', [
    { name: 'countersign', bytes: ours },
    { name: 'naive', bytes: naive },
  ])
}

/** Undefined where a presentation would be too long. */
async function lengthOf(line: readonly Service[], depth: number): Promise<number | undefined> {
  try {
    return (await presentationOf(line, depth)).length
  } catch (error) {
    if (error instanceof ChainFull) return undefined
    throw error
  }
}
