import { cpus } from 'node:os'
import type { Table } from './table.js'

/** What one run of the benchmark printed, and where: all that the page and its plots are made from. */
export interface Results {
  readonly command: string
  readonly node: string
  readonly cores: number
  readonly processor: string
  /** Of each median, unless a table says otherwise. */
  readonly samples: number
  readonly sections: Readonly<Record<string, readonly Table[]>>
}

/** The machine that this runs on. */
export function thisMachine(): Pick<Results, 'node' | 'cores' | 'processor'> {
  const [first, ...others] = cpus()
  return { node: process.version, cores: others.length + 1, processor: first?.model ?? 'unknown' }
}
