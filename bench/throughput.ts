import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallersOrder } from './callers-process.js'
import type { LoadReport } from './load.js'
import type { ReceiverArguments, ReceiverKind, ReceiverMessage } from './receiver-process.js'
import type { Algorithm } from './services.js'
import { median, printTable } from './table.js'

/** How much is measured. */
export interface ThroughputSize {
  readonly rounds: number
  readonly requests: number
}

interface Running {
  readonly kind: ReceiverKind
  readonly process: ChildProcess
  readonly listening: ReceiverMessage
  readonly reports: LoadReport[]
}

/** Where processes run: anywhere, or the server and the load each on a core of its own. */
type Placement = 'shared' | 'pinned'

const CONCURRENCY = 32
const KINDS: readonly ReceiverKind[] = ['countersign', 'raw', 'naive']
const ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA']
const WARM_UP = 4

/** An HTTP service with a fresh presentation of three hops on every request, beside the raw verifications and the naive scheme. */
export async function printThroughput(size: ThroughputSize): Promise<void> {
  const isPinnable = hasTaskset()
  for (const algorithm of ALGORITHMS) {
    await printPlacement('shared', 'on 2 cores shared by server and load', algorithm, size)
    if (isPinnable) await printPlacement('pinned', 'server and load on one core each', algorithm, size)
  }
  if (!isPinnable) console.log('no taskset here: one core each was not measured\n')
}

async function printPlacement(
  placement: Placement,
  where: string,
  algorithm: Algorithm,
  { rounds, requests }: ThroughputSize,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const callers = start('callers-process.ts', [folder, algorithm], placement === 'pinned' ? 1 : undefined)
  const running: Running[] = []
  try {
    await once(callers, 'message')
    for (const kind of KINDS) running.push(await startReceiver([kind, folder, algorithm], placement))
    for (let round = 0; round < WARM_UP + rounds; round += 1) {
      const order = round % 2 === 0 ? running : [...running].reverse()
      for (const receiver of order) {
        const report = await measure(receiver, callers, { requests, isAwake: placement === 'pinned' })
        if (round >= WARM_UP) receiver.reports.push(report)
      }
    }
  } finally {
    for (const child of [callers, ...running.map(receiver => receiver.process)]) child.disconnect()
    rmSync(folder, { recursive: true })
  }
  printReports(`requests a second, ${where} (${algorithm}, 3 hops, concurrency ${CONCURRENCY})`, placement, running)
}

function printReports(title: string, placement: Placement, running: readonly Running[]): void {
  const of = (kind: ReceiverKind, pick: (report: LoadReport) => number) =>
    median(running.find(receiver => receiver.kind === kind)?.reports.map(pick) ?? [])
  const ours = of('countersign', report => report.perSecond)
  const targets: Partial<Record<ReceiverKind, string>> =
    placement === 'shared' ? { raw: '>= 1.50', naive: '>= 2.50' } : { raw: '>= 0.88' }
  const rows = KINDS.map(kind => [
    kind === 'raw' ? 'raw, one after the other' : kind === 'naive' ? 'naive jose' : kind,
    of(kind, report => report.perSecond).toFixed(0),
    of(kind, report => report.p50).toFixed(2),
    of(kind, report => report.p99).toFixed(2),
    (ours / of(kind, report => report.perSecond)).toFixed(2),
    targets[kind] ?? '-',
    of(kind, report => report.refused).toFixed(0),
  ])
  printTable(title, ['receiver', 'requests/s', 'p50 ms', 'p99 ms', 'countersign to it', 'target', 'refused'], rows)
}

async function measure(
  { listening }: Running,
  callers: ChildProcess,
  order: Pick<CallersOrder, 'requests' | 'isAwake'>,
): Promise<LoadReport> {
  const { port, token } = listening
  callers.send({ port, token, concurrency: CONCURRENCY, ...order } satisfies CallersOrder)
  const [report] = (await once(callers, 'message')) as [LoadReport]
  return report
}

async function startReceiver(args: ReceiverArguments, placement: Placement): Promise<Running> {
  const child = start('receiver-process.ts', args, placement === 'pinned' ? 0 : undefined)
  const [listening] = (await once(child, 'message')) as [ReceiverMessage]
  return { kind: args[0], process: child, listening, reports: [] }
}

function start(file: string, args: readonly string[], core: number | undefined): ChildProcess {
  const command = [process.execPath, '--import', 'tsx', fileURLToPath(new URL(file, import.meta.url)), ...args]
  const [program = '', ...rest] = core === undefined ? command : ['taskset', '-c', String(core), ...command]
  return spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version']).status === 0
}
