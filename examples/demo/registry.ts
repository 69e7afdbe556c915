/** Where the services find each other's keys: a directory, or an engine that lets each of them in with credentials of its own. */
import { FileRegistry, type KeyRegistry } from 'countersign'
import { tellWhenReached } from './stage.js'

export type EngineName = 'file' | 'etcd' | 'postgres' | 'redis'

/** How one service gets in. */
export interface RegistryAccess {
  readonly engine: EngineName
  /** A directory, or where the server listens. */
  readonly place: string
  readonly user: string
  readonly password: string
}

/** This is all that a service changes to use another engine. */
export async function openRegistry(access: RegistryAccess): Promise<KeyRegistry> {
  const registry = await open(access)
  tellWhenReached(registry)
  return registry
}

async function open({ engine, place, user, password }: RegistryAccess): Promise<KeyRegistry> {
  switch (engine) {
    case 'file':
      return new FileRegistry(place)
    case 'etcd': {
      const { EtcdRegistry } = await import('countersign/registry/etcd')
      return new EtcdRegistry({ endpoints: [place], username: user, password })
    }
    case 'postgres': {
      const { PostgresRegistry } = await import('countersign/registry/postgres')
      return new PostgresRegistry({ url: place, user, password })
    }
    case 'redis': {
      const { RedisRegistry } = await import('countersign/registry/redis')
      return new RedisRegistry({ url: place, user, password })
    }
  }
}
