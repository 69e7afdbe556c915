import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { eventually } from '../eventually.js'
import { type EngineServer, findProgram, freePorts } from './engine.js'

const FOLDERS = ['17', '16', '15', '14'].map(version => `/usr/lib/postgresql/${version}/bin`)

/** The database's superuser. */
export const OPERATOR = { user: 'operator', password: 'password-of-operator' }

/** A real PostgreSQL of its own, run by somebody who is not root. */
export class PostgresServer implements EngineServer {
  readonly version: string
  readonly port: number
  readonly #programs: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'))
  readonly #account = accountOf()
  readonly #settings: readonly string[]
  #child: ChildProcess | undefined

  private constructor(programs: string, port: number, settings: readonly string[]) {
    this.#programs = programs
    this.port = port
    this.#settings = settings
    this.version = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }).trim()
  }

  static async start(): Promise<PostgresServer> {
    const server = await PostgresServer.#prepare()
    await server.start()
    return server
  }

  /** One that speaks TLS to who asks for it. */
  static async startWithTls(key: string, certificate: string): Promise<PostgresServer> {
    const server = await PostgresServer.#prepare('ssl=on')
    server.#write('server.key', key)
    server.#write('server.crt', certificate)
    await server.start()
    return server
  }

  /** Settings are those of its configuration file, as `name=value`. */
  static async #prepare(...settings: string[]): Promise<PostgresServer> {
    const programs = dirname(findProgram('initdb', ...FOLDERS))
    const [port = 0] = await freePorts(1)
    const server = new PostgresServer(programs, port, settings)
    server.#initialize()
    return server
  }

  /** Where somebody connects. */
  urlOf(user: string, password: string): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.port}/postgres`
  }

  async start(): Promise<void> {
    // A crash of the server's machine is not what we try.
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', ...this.#settings]
    const options = settings.flatMap(setting => ['-c', setting])
    const child = spawn(join(this.#programs, 'postgres'), ['-D', this.#data, '-p', String(this.port), ...options], {
      ...this.#account,
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    let output = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', chunk => {
        output += chunk
        if (output.includes('ready to accept connections')) resolve()
      })
      child.once('exit', () => reject(new Error(`postgres ended: ${output}`)))
    })
  }

  /** As a crash ends it: the server and its processes, of which there is one for every connection. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const pids = pidsOf(child)
    const ended = new Promise(resolve => child.once('exit', resolve))
    for (const pid of pids) signal(pid, 'SIGKILL')
    await ended
    await eventually(() => !pids.some(isRunning), 30)
  }

  pause(): void {
    if (this.#child !== undefined) for (const pid of pidsOf(this.#child)) signal(pid, 'SIGSTOP')
  }

  resume(): void {
    if (this.#child !== undefined) for (const pid of pidsOf(this.#child)) signal(pid, 'SIGCONT')
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  /** A file of the server's own. */
  #write(name: string, text: string): void {
    const path = join(this.#data, name)
    const { uid, gid } = this.#account
    writeFileSync(path, text, { mode: 0o600 })
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
  }

  #initialize(): void {
    const { uid, gid } = this.#account
    if (uid !== undefined && gid !== undefined) chownSync(this.#folder, uid, gid)
    const password = join(this.#folder, 'password')
    writeFileSync(password, OPERATOR.password)
    const access = ['-A', 'scram-sha-256', '-U', OPERATOR.user, `--pwfile=${password}`]
    execFileSync(
      join(this.#programs, 'initdb'),
      ['-D', this.#data, '--no-sync', '-E', 'UTF8', '--no-locale', ...access],
      {
        ...this.#account,
        cwd: this.#folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
  }
}

/** Whom it runs as: us, or somebody else if we are root. */
function accountOf(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8').match(/^(?:postgres|nobody):[^:]*:(\d+):(\d+):/m)
  if (line === null) throw new Error('there is nobody to run postgres as')
  return { uid: Number(line[1]), gid: Number(line[2]) }
}

/** The server, first, and its processes. */
function pidsOf({ pid }: ChildProcess): readonly number[] {
  if (pid === undefined) return []
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return [pid, ...children.map(Number)]
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
