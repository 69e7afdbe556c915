import { eventually } from '../eventually.js'
import { findProgram, freePorts } from './engine.js'
import { EtcdServer } from './etcd-server.js'

/** Three members on loopback. */
export class EtcdMembers {
  readonly members: readonly EtcdServer[]

  private constructor(members: readonly EtcdServer[]) {
    this.members = members
  }

  static async start(): Promise<EtcdMembers> {
    findProgram('etcd')
    const ports = await freePorts(6)
    const peers = ports.slice(3)
    const cluster = peers.map((port, at) => `member${at}=http://127.0.0.1:${port}`).join(',')
    const members = peers.map(
      (peerPort, at) => new EtcdServer({ name: `member${at}`, clientPort: ports[at] ?? 0, peerPort, cluster }),
    )
    await Promise.all(members.map(member => member.start()))
    return new EtcdMembers(members)
  }

  get endpoints(): readonly string[] {
    return this.members.map(({ endpoint }) => endpoint)
  }

  /** Whom the members follow, as soon as one of those that answer knows. */
  async findLeader(): Promise<EtcdServer> {
    let leader: EtcdServer | undefined
    await eventually(async () => {
      for (const member of this.members) {
        if (await leads(member).catch(() => false)) leader = member
      }
      return leader !== undefined
    }, 30)
    if (leader === undefined) throw new Error('nobody leads')
    return leader
  }

  async remove(): Promise<void> {
    await Promise.all(this.members.map(member => member.remove()))
  }
}

async function leads(member: EtcdServer): Promise<boolean> {
  const status = await member.ask('/v3/maintenance/status', {})
  const { member_id: own } = status.header as { member_id?: string }
  return own !== undefined && own === status.leader
}
