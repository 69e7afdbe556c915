import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { LINE, type Name, type Refusal, type Report } from './message.js'
import { type QuickLibrary, REGISTRATION_SECONDS } from './quick-library.js'

const SCRIPT = fileURLToPath(new URL('service-process.ts', import.meta.url))
// Below those that the system gives to clients: nobody takes the port of a service that is down.
const FIRST_PORT = 15_000
const PORTS = 15_000
const START_MILLISECONDS = 60_000

/** When a service was down, in milliseconds of this process. */
export interface Downtime {
  readonly name: Name
  readonly from: number
  until: number
}

/** A refusal, who logged it, and when. */
export interface LoggedRefusal extends Refusal {
  readonly service: Name
  readonly at: number
}

/** Four services, each a process of its own: shop calls cart, cart calls inventory, inventory calls suppliers. */
export class Line {
  readonly refusals: LoggedRefusal[] = []
  readonly warnings: string[] = []
  readonly downtimes: Downtime[] = []
  readonly #library: QuickLibrary
  readonly #ports: Readonly<Record<Name, number>>
  readonly #bleeding: Name | undefined
  readonly #children = new Map<Name, ChildProcess>()

  private constructor(library: QuickLibrary, ports: Readonly<Record<Name, number>>, bleeding: Name | undefined) {
    this.#library = library
    this.#ports = ports
    this.#bleeding = bleeding
  }

  /** Starts all of them; one may bleed. */
  static async start(library: QuickLibrary, bleeding?: Name): Promise<Line> {
    const [shop, cart, inventory, suppliers] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
    const line = new Line(library, { shop, cart, inventory, suppliers }, bleeding)
    await Promise.all(LINE.map(name => line.#startOne(name)))
    return line
  }

  /** Where the first one is asked. */
  get port(): number {
    return this.#ports.shop
  }

  /** Ends a service with a signal, and starts it again when it is gone. */
  async restart(name: Name, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const downtime: Downtime = { name, from: performance.now(), until: Number.POSITIVE_INFINITY }
    this.downtimes.push(downtime)
    await this.#end(name, signal)
    await this.#startOne(name)
    downtime.until = performance.now()
  }

  /** Bytes that each has in use after its garbage was collected. */
  async heaps(): Promise<ReadonlyMap<Name, number>> {
    const heaps = new Map<Name, number>()
    for (const name of LINE) heaps.set(name, await this.#heap(name))
    return heaps
  }

  async stop(): Promise<void> {
    await Promise.all(LINE.map(name => this.#end(name, 'SIGKILL')))
  }

  async #heap(name: Name): Promise<number> {
    const child = this.#child(name)
    const heap = next(child, 'heap')
    child.send('heap')
    return (await heap).bytes
  }

  async #startOne(name: Name): Promise<void> {
    const setup = {
      name,
      library: this.#library.path,
      registry: this.#library.registry,
      registrationSeconds: REGISTRATION_SECONDS,
      ports: this.#ports,
      bleeds: name === this.#bleeding,
    }
    const child = fork(SCRIPT, [JSON.stringify(setup)], {
      execArgv: ['--expose-gc', '--import', 'tsx'],
      env: { ...process.env, NODE_V8_COVERAGE: undefined },
    })
    this.#children.set(name, child)
    child.on('message', report => this.#hear(name, report as Report))
    await next(child, 'listening')
  }

  #hear(service: Name, report: Report): void {
    if (report.kind === 'refusal') this.refusals.push({ ...report.refusal, service, at: performance.now() })
    if (report.kind === 'warning') this.warnings.push(`${service}: ${report.message}`)
  }

  async #end(name: Name, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child(name)
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill(signal)
    await ended
  }

  #child(name: Name): ChildProcess {
    const child = this.#children.get(name)
    if (child === undefined) throw new Error(`${name} was not started`)
    return child
  }
}

/** The next report of a kind. */
function next<K extends Report['kind']>(child: ChildProcess, kind: K): Promise<Extract<Report, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no \`${kind}\` from a service`)), START_MILLISECONDS)
    const listener = (message: unknown) => {
      const report = message as Report
      if (report.kind !== kind) return
      clearTimeout(timer)
      child.off('message', listener)
      resolve(report as Extract<Report, { kind: K }>)
    }
    child.on('message', listener)
  })
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}
