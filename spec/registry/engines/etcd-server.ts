import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { eventually } from '../eventually.js'
import { type EngineServer, findProgram, freePorts } from './engine.js'
import { ServerProcess } from './server-process.js'

// A log-in that costs little: the machine that runs the specs has better things to do.
const SETTINGS = ['--bcrypt-cost', '4', '--log-level', 'fatal', '--logger', 'zap']

/** Where a member is, and who else is in its cluster. */
export interface EtcdMember {
  readonly name: string
  readonly clientPort: number
  readonly peerPort: number
  /** `name=url` of every member, itself included. */
  readonly cluster: string
}

/** One member of an etcd cluster, or all of it. */
export class EtcdServer extends ServerProcess implements EngineServer {
  readonly endpoint: string
  readonly #member: EtcdMember
  #version = ''

  constructor(member: EtcdMember) {
    super('etcd')
    this.#member = member
    this.endpoint = `http://127.0.0.1:${member.clientPort}`
  }

  /** A cluster of one. */
  static async startAlone(clientPort?: number): Promise<EtcdServer> {
    const server = await EtcdServer.prepareAlone(clientPort)
    await server.start()
    return server
  }

  /** The same, to be started later. */
  static async prepareAlone(port?: number): Promise<EtcdServer> {
    findProgram('etcd')
    const [freePort = 0, peerPort = 0] = await freePorts(2)
    const cluster = `alone=http://127.0.0.1:${peerPort}`
    return new EtcdServer({ name: 'alone', clientPort: port ?? freePort, peerPort, cluster })
  }

  get version(): string {
    return this.#version
  }

  async start(): Promise<void> {
    const child = this.begin()
    let hasEnded = false
    child.once('exit', () => {
      hasEnded = true
    })
    await eventually(async () => {
      if (hasEnded) throw new Error(`etcd ended with ${child.exitCode}`)
      return await this.#answers()
    }, 30)
  }

  /** Starts it without waiting: members of a cluster wait for each other. */
  begin(): ChildProcess {
    const { name, clientPort, peerPort, cluster } = this.#member
    const client = `http://127.0.0.1:${clientPort}`
    const peer = `http://127.0.0.1:${peerPort}`
    const places = [
      ...['--name', name, '--data-dir', join(this.folder, 'data')],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', cluster],
    ]
    return this.launch(findProgram('etcd'), [...places, ...SETTINGS])
  }

  /** A question to the gateway of this member, past the adapter: what it says, right or wrong. */
  async ask(path: string, content: object, token?: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.endpoint}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: token }) },
      body: JSON.stringify(content),
    })
    return (await response.json()) as Record<string, unknown>
  }

  /** Whether it is there, and its cluster has a leader. */
  async #answers(): Promise<boolean> {
    try {
      const health = (await (await fetch(`${this.endpoint}/health`)).json()) as { health?: unknown }
      const version = (await (await fetch(`${this.endpoint}/version`)).json()) as { etcdserver?: unknown }
      this.#version = String(version.etcdserver)
      return health.health === 'true'
    } catch {
      return false
    }
  }
}
