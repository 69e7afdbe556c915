import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { eventually } from '../eventually.js'
import { type EngineServer, findProgram, freePorts, ServerMissing } from './engine.js'
import { ServerProcess } from './server-process.js'

const JARS = ['/usr/share/java/zookeeper.jar']
// Its log tells nothing that a spec asks for; a small heap and no waiting for the disk, where power cuts are not what is tried.
const JVM = [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dzookeeper.forceSync=no',
  '-Dzookeeper.admin.enableServer=false',
]

/** A real ZooKeeper, alone. */
export class ZooKeeperServer extends ServerProcess implements EngineServer {
  readonly port: number
  readonly #java: string
  readonly #jar: string
  #version = ''

  private constructor(java: string, jar: string, port: number) {
    super('zookeeper')
    this.port = port
    this.#java = java
    this.#jar = jar
  }

  /** Throws ServerMissing. */
  static async begin(): Promise<ZooKeeperServer> {
    const java = findProgram('java')
    const jar = JARS.find(path => existsSync(path))
    if (jar === undefined) throw new ServerMissing(`no ${JARS[0]}`)
    const [port = 0] = await freePorts(1)
    const server = new ZooKeeperServer(java, jar, port)
    await server.start()
    return server
  }

  get version(): string {
    return this.#version
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const settings = join(this.folder, 'zoo.cfg')
    const lines = ['tickTime=2000', `dataDir=${join(this.folder, 'data')}`, `clientPort=${this.port}`]
    writeFileSync(settings, [...lines, 'clientPortAddress=127.0.0.1', 'maxClientCnxns=0', ''].join('\n'))
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
    this.launch(this.#java, [...JVM, '-cp', this.#jar, main, settings])
    await eventually(async () => {
      const answer = await askForStatus(this.port)
      this.#version = /Zookeeper version: ([\d.]+)/.exec(answer)?.[1] ?? ''
      return answer.includes('Mode: standalone')
    }, 30)
  }
}

/** What it says of itself; nothing if it does not listen yet. */
function askForStatus(port: number): Promise<string> {
  return new Promise(resolve => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write('srvr'))
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

/** Types commands into ZooKeeper's own shell. */
export function typeIntoZooKeeper(address: string, commands: string): void {
  const classPath = [...JARS, '/usr/share/java/commons-cli.jar'].join(':')
  execFileSync('java', ['-cp', classPath, 'org.apache.zookeeper.ZooKeeperMain', '-server', address], {
    input: commands,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}
