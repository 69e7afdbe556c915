import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { eventually } from '../eventually.js'
import { type EngineServer, findProgram, freePorts } from './engine.js'
import { ServerProcess } from './server-process.js'

/** A real NATS server with JetStream, alone. */
export class NatsServer extends ServerProcess implements EngineServer {
  readonly version: string
  readonly port: number
  readonly #program: string

  private constructor(program: string, port: number) {
    super('nats')
    this.#program = program
    this.port = port
    this.version = execFileSync(program, ['--version'], { encoding: 'utf8' })
      .replace(/^nats-server: v/, '')
      .trim()
  }

  /** With a configuration of accounts. Throws ServerMissing. */
  static async begin(accounts: string): Promise<NatsServer> {
    const program = findProgram('nats-server', '/usr/sbin')
    const [port = 0] = await freePorts(1)
    const server = new NatsServer(program, port)
    await server.restart(accounts)
    return server
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** With another configuration, on the same data. */
  async restart(accounts: string): Promise<void> {
    await this.kill()
    const store = `jetstream { store_dir: "${join(this.folder, 'data')}" }`
    writeFileSync(this.#settings, `listen: "${this.address}"\n${store}\n${accounts}`)
    await this.start()
  }

  async start(): Promise<void> {
    this.launch(this.#program, ['-c', this.#settings])
    await eventually(() => isGreeted(this.port), 20)
  }

  get #settings(): string {
    return join(this.folder, 'nats.conf')
  }
}

/** Whether a server says who it is. */
function isGreeted(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('data', chunk => {
      resolve(String(chunk).startsWith('INFO '))
      socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(false))
  })
}
