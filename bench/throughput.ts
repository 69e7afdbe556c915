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
  /** Of each round. */
  readonly seconds: number
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
const KINDS: readonly ReceiverKind[] = ['countersign', 'contextless', 'raw', 'naive']
const NAMES: Record<ReceiverKind, string> = {
  countersign: 'countersign',
  contextless: "countersign, context: 'none'",
  raw: 'raw, one after the other',
  naive: 'naive jose',
}
const ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA']
const WARM_UP = { rounds: 4, seconds: 1 }
/** Presentations for a second, at least; and so many times as many as were sent in one. */
const LEAST_REQUESTS = 8000
const SPARE = 1.25

/** An HTTP service with a fresh presentation of three hops on every request, beside the raw verifications and the naive scheme. */
export async function printThroughput(size: ThroughputSize): Promise<void> {
  if (!has('wrk')) return console.log('no wrk here: requests a second were not measured\n')
  const isPinnable = has('taskset') && has('chrt')
  for (const algorithm of ALGORITHMS) {
    await printPlacement('shared', 'on 2 cores shared by server and load', algorithm, size)
    if (isPinnable) await printPlacement('pinned', 'server and load on one core each', algorithm, size)
  }
  if (!isPinnable) console.log('no taskset or chrt here: one core each was not measured\n')
}

async function printPlacement(
  placement: Placement,
  where: string,
  algorithm: Algorithm,
  { rounds, seconds }: ThroughputSize,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const callers = start('callers-process.ts', [folder, algorithm], placement === 'pinned' ? 1 : undefined)
  const company = placement === 'pinned' ? keepAwake(1) : undefined
  const running: Running[] = []
  try {
    await once(callers, 'message')
    for (const kind of KINDS) running.push(await startReceiver([kind, folder, algorithm], placement))
    for (let round = 0; round < WARM_UP.rounds + rounds; round += 1) {
      const length = round < WARM_UP.rounds ? WARM_UP.seconds : seconds
      await prepare(running, callers, length)
      const order = round % 2 === 0 ? running : [...running].reverse()
      for (const receiver of order) receiver.reports.push(await measure(receiver, callers, length))
    }
  } finally {
    company?.kill()
    for (const child of [callers, ...running.map(receiver => receiver.process)]) child.disconnect()
    rmSync(folder, { recursive: true })
  }
  printReports(`requests a second, ${where} (${algorithm}, 3 hops, concurrency ${CONCURRENCY})`, placement, running)
}

function printReports(title: string, placement: Placement, running: readonly Running[]): void {
  const of = (kind: ReceiverKind, pick: (report: LoadReport) => number) =>
    median(
      running
        .find(receiver => receiver.kind === kind)
        ?.reports.slice(WARM_UP.rounds)
        .map(pick) ?? [],
    )
  const ratio = (kind: ReceiverKind, to: ReceiverKind) =>
    (of(kind, report => report.perSecond) / of(to, report => report.perSecond)).toFixed(2)
  const p99 = (kind: ReceiverKind) => of(kind, report => report.p99).toFixed(1)
  const leastP99 = Math.min(Number(p99('raw')), Number(p99('naive'))).toFixed(1)
  const targets = placement === 'shared' ? [`<= ${leastP99}`, '>= 1.50', '>= 2.50'] : ['-', '>= 0.88', '-']
  const rows = KINDS.map(kind => {
    const [slowest = '-', ofRaw = '-', ofNaive = '-'] = kind === 'raw' || kind === 'naive' ? [] : targets
    return [
      NAMES[kind],
      of(kind, report => report.perSecond).toFixed(0),
      of(kind, report => report.p50).toFixed(1),
      ...[p99(kind), slowest],
      ...[ratio(kind, 'raw'), ofRaw],
      ...[ratio(kind, 'naive'), ofNaive],
      of(kind, report => report.refused).toFixed(0),
    ]
  })
  const head = [
    'receiver',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'target',
    'of raw',
    'target',
    'of naive',
    'target',
    'refused',
  ]
  printTable(title, head, rows)
}

/** Has as many presentations made as the quickest receiver will take. */
async function prepare(running: readonly Running[], callers: ChildProcess, seconds: number): Promise<void> {
  const reports = running.filter(({ listening }) => listening.token === undefined).flatMap(receiver => receiver.reports)
  const perSecond = Math.max(LEAST_REQUESTS, ...reports.map(report => report.perSecond * SPARE))
  callers.send({ make: Math.ceil(seconds * perSecond) } satisfies CallersOrder)
  await once(callers, 'message')
}

async function measure({ listening }: Running, callers: ChildProcess, seconds: number): Promise<LoadReport> {
  callers.send({ ...listening, seconds, concurrency: CONCURRENCY, token: listening.token } satisfies CallersOrder)
  const [report] = (await once(callers, 'message')) as [LoadReport]
  return report
}

async function startReceiver(args: ReceiverArguments, placement: Placement): Promise<Running> {
  // At the end of a round wrk hangs up, and a service says so of every request that it had.
  const child = start('receiver-process.ts', args, placement === 'pinned' ? 0 : undefined, 'ignore')
  const [listening] = (await Promise.race([once(child, 'message'), refuseExit(child)])) as [ReceiverMessage]
  return { kind: args[0], process: child, listening, reports: [] }
}

async function refuseExit(child: ChildProcess): Promise<never> {
  const [status] = await once(child, 'exit')
  throw new Error(`a receiver ended with ${status}`)
}

function start(
  file: string,
  args: readonly string[],
  core: number | undefined,
  errors: 'inherit' | 'ignore' = 'inherit',
): ChildProcess {
  const command = [process.execPath, '--import', 'tsx', fileURLToPath(new URL(file, import.meta.url)), ...args]
  const [program = '', ...rest] = core === undefined ? command : ['taskset', '-c', String(core), ...command]
  return spawn(program, rest, { stdio: ['ignore', 'inherit', errors, 'ipc'] })
}

/** A core that sleeps between two answers must be woken for each, at the cost of whoever answers: one that has nothing to do, and gives way. */
function keepAwake(core: number): ChildProcess {
  return spawn('chrt', ['--idle', '0', 'taskset', '-c', `${core}`, process.execPath, '-e', 'for (;;);'])
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined
}
