import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import type { KeyRegistry } from '../../../lib/model/registry.js'

/** One real server, in a directory of its own, on free ports of 127.0.0.1. */
export interface EngineServer {
  /** As the server itself reports it. */
  readonly version: string
  /** Ends it at once (SIGKILL) and waits until it is gone. */
  kill(): Promise<void>
  /** Begins it again, on the same ports and data, and waits until it answers. */
  start(): Promise<void>
  /** Stops its work (SIGSTOP): connections hang. */
  pause(): void
  resume(): void
  /** Ends it and deletes its data. */
  remove(): Promise<void>
}

/** An engine, with an operator, and with roles for cart, shop and inventory that its own setup made. */
export interface EngineUnderTest {
  readonly server: EngineServer
  /** With the operator's credentials. */
  connect(): KeyRegistry
  /** With a service's own. */
  connectAs(service: string): KeyRegistry
  /** Writes a text below `<prefix>/<service>/<name>` past the adapter, as the operator: garbage, or a foreign registration. */
  plant(service: string, name: string, text: string): Promise<void>
  /** Tries to write below another service's name with a service's credentials, past the adapter: the server's own error. */
  trespass(service: string, victim: string): Promise<string>
  /** Empties the store. */
  clear(): Promise<void>
  /**
   * After how many seconds the engine itself forgets what is stored below `<prefix>/<service>/<name>`, Infinity for never. An
   * engine that forgets by itself must have it; for the tombstone of a key the name is `<kid>.revoked`.
   */
  secondsLeft?(service: string, name: string): Promise<number>
}

/** How an engine does what every engine must, or that it refuses. */
export interface Capabilities {
  readonly publish: 'yes' | 'refused'
  readonly revoke: 'yes' | 'refused'
  /** How nothing is missed. */
  readonly watch: 'resumed' | 'listed again' | 'polled'
  /** Who drops what has expired. */
  readonly forgets: 'engine' | 'reader'
  /** Whose wall keeps a service out of another's name: the engine's, or that of the URL from which it is served. */
  readonly accessControl: 'engine' | 'origin'
  /** What the server says to a service that writes below another's name. An engine with a wall of its own must have it. */
  readonly forbidden?: RegExp
}

/** The engine's server is not installed here. */
export class ServerMissing extends Error {}

/** Starts what needs a server; where that is not installed everything is skipped, or fails under `CI=true`. */
export async function skipWithoutServer<T>(context: Mocha.Context, what: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof ServerMissing) || process.env.CI === 'true') throw error
    process.stderr.write(`    skipped for want of a server (${error.message}): ${what}\n`)
    return context.skip()
  }
}

/** The path of a program that the PATH, or one of some other folders, has. Throws ServerMissing. */
export function findProgram(name: string, ...folders: readonly string[]): string {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...folders].map(folder => join(folder, name))
  const found = places.find(place => existsSync(place))
  if (found === undefined) throw new ServerMissing(`no \`${name}\` on the PATH`)
  return found
}

/** Ports of 127.0.0.1 on which nobody listens, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const probe of probes) {
    await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
    ports.push((probe.address() as AddressInfo).port)
  }
  for (const probe of probes) await new Promise(resolve => probe.close(resolve))
  return ports
}
