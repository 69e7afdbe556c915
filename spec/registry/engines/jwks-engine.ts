import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JwksRegistry } from '../../../lib/registry/jwks/jwks-registry.js'
import { makeDirectory, removeDirectory } from '../temporary-directory.js'
import { type EngineServer, type EngineUnderTest, freePorts } from './engine.js'

const ORIGIN = fileURLToPath(new URL('./jwks-origin.ts', import.meta.url))
const SERVICES = ['cart', 'shop', 'inventory']

/** A process that serves the sets of all services. */
class OriginServer implements EngineServer {
  readonly version = process.version
  readonly directory = makeDirectory()
  readonly port: number
  #child: ChildProcess | undefined

  constructor(port: number) {
    this.port = port
  }

  async start(): Promise<void> {
    const parameters = ['--import', 'tsx', ORIGIN, this.directory, String(this.port)]
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve())
      child.once('exit', () => reject(new Error('the origin ended')))
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async remove(): Promise<void> {
    await this.kill()
    removeDirectory(this.directory)
  }
}

/** Services that serve their own sets, from one server: what it serves is planted. */
export class JwksEngine implements EngineUnderTest {
  readonly server: OriginServer

  private constructor(server: OriginServer) {
    this.server = server
  }

  static async begin(): Promise<JwksEngine> {
    const [port = 0] = await freePorts(1)
    const engine = new JwksEngine(new OriginServer(port))
    await engine.clear()
    await engine.server.start()
    return engine
  }

  connect(): JwksRegistry {
    const url = (service: string) => `http://127.0.0.1:${this.server.port}/${service}`
    return new JwksRegistry({ services: Object.fromEntries(SERVICES.map(service => [service, url(service)])) })
  }

  connectAs(): JwksRegistry {
    return this.connect()
  }

  async plant(service: string, name: string, text: string): Promise<void> {
    // Whole or not at all: the server reads whenever it is asked.
    const draft = join(this.server.directory, 'draft')
    writeFileSync(draft, text)
    renameSync(draft, join(this.server.directory, service, name))
  }

  async trespass(): Promise<string> {
    throw new Error('there is no server that anybody writes to')
  }

  async clear(): Promise<void> {
    for (const service of SERVICES) {
      const folder = join(this.server.directory, service)
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
    }
  }
}
