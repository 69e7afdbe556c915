import { join } from 'node:path'
import { setupEtcd } from 'countersign/registry/etcd'
import type { Engine } from './engine.js'
import { findProgram, freePort, makePassword, makePasswords, Program } from './program.js'

/** etcd, a cluster of one: a user for each service, who may write below his own name only. */
export async function startEtcd(folder: string, services: readonly string[]): Promise<Engine> {
  const program = findProgram('etcd', 'etcd-server')
  const place = `http://127.0.0.1:${await freePort()}`
  const peer = `http://127.0.0.1:${await freePort()}`
  const words = [
    ...['--name', 'demo', '--data-dir', join(folder, 'data'), '--bcrypt-cost', '4'],
    ...['--listen-client-urls', place, '--advertise-client-urls', place],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `demo=${peer}`],
  ]
  const server = new Program(program, words, {}, () => isHealthy(place))
  await server.start()

  const passwords = makePasswords(services)
  const operator = { username: 'root', password: makePassword() }
  await setupEtcd({ services, endpoints: [place], ...operator }).apply?.(passwords)
  return {
    title: `keys in etcd ${await versionOf(place)}`,
    accessOf: service => ({ engine: 'etcd', place, user: service, password: passwords[service] ?? '' }),
    server,
  }
}

async function isHealthy(place: string): Promise<boolean> {
  try {
    const { health } = (await (await fetch(`${place}/health`)).json()) as { health: string }
    return health === 'true'
  } catch {
    return false
  }
}

async function versionOf(place: string): Promise<string> {
  const { etcdserver } = (await (await fetch(`${place}/version`)).json()) as { etcdserver: string }
  return etcdserver
}
