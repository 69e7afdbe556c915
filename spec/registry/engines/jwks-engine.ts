import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JwksRegistry } from '../../../lib/registry/jwks/jwks-registry.js'
import { type EngineServer, type EngineUnderTest, freePorts } from './engine.js'
import { ServerProcess } from './server-process.js'

const ORIGIN = fileURLToPath(new URL('./jwks-origin.ts', import.meta.url))
const SERVICES = ['cart', 'shop', 'inventory']

/** A process that serves the sets of all services. */
class OriginServer extends ServerProcess implements EngineServer {
  readonly version = process.version
  readonly port: number

  constructor(port: number) {
    super('origin')
    this.port = port
  }

  get directory(): string {
    return this.folder
  }

  async start(): Promise<void> {
    const parameters = ['--import', 'tsx', ORIGIN, this.folder, String(this.port)]
    const child = this.launch(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve())
      child.once('exit', () => reject(new Error('the origin ended')))
    })
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
      mkdirSync(folder, { recursive: true })
      // The folder stays: the server reads whenever it is asked.
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
    }
  }
}
