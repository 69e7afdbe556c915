import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { ServerProcess } from '../registry/engines/server-process.js'

/**
 * Whether `redis-server` is on the PATH. If not: a spec that asks is skipped with a sentence that says what is missing, or fails under
 * `CI=true`, where everything must be there.
 */
export function requireRedisServer(context: Mocha.Context): void {
  const folders = (process.env.PATH ?? '').split(delimiter)
  if (folders.some(folder => existsSync(join(folder, 'redis-server')))) return
  if (process.env.CI === 'true') throw new Error('no `redis-server` on the PATH')
  process.stderr.write('    skipped for want of a server (no `redis-server` on the PATH): Redis replay store\n')
  context.skip()
}

const DEFAULTS = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction']

/** A real Redis on a port of its own, which can be killed, started again and stopped for a while. */
export class RedisServer extends ServerProcess {
  readonly #settings: readonly string[]
  readonly port: number

  private constructor(port: number, settings: readonly string[]) {
    super('redis')
    this.port = port
    this.#settings = settings
  }

  /** Starts one; settings are those of its command line, and win over the defaults. */
  static start(...settings: string[]): Promise<RedisServer> {
    return RedisServer.startWith({}, ...settings)
  }

  /** The same with files in its folder, which settings may name. */
  static async startWith(files: Readonly<Record<string, string>>, ...settings: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), settings)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(server.folder, name), text)
    await server.run()
    return server
  }

  /** What one of its files holds. */
  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts the same server once more, in the same folder. */
  async run(): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder]
    const configuration = existsSync(join(this.folder, 'redis.conf')) ? ['redis.conf'] : []
    const child = this.launch('redis-server', [...configuration, ...place, ...DEFAULTS, ...this.#settings], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', chunk => {
        output += chunk
        if (output.includes('Ready to accept connections')) resolve()
      })
      child.once('exit', () => reject(new Error(`redis-server ended: ${output}`)))
    })
  }

  stop(): Promise<void> {
    return this.remove()
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise(resolve => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
