import {
  type InitialTokenOption,
  jwtIssuer,
  type KeyRegistry,
  MemoryRegistry,
  MemoryReplayStore,
  parsePolicy,
  type ReplayStore,
  Service,
  type ServiceOptions,
} from '../../lib/index.js'
import type { Vector, VectorInitialToken, VectorReceiver, VectorRegistryEntry } from './vector.js'

/** Starts the service that a vector's presentation is given to. */
export async function startReceiver({ now, receiver, registry }: Vector): Promise<Service> {
  const { name, edges = [], claimsAlongChain, policy, limits, mode, initialToken, registrars, replay } = receiver
  return await Service.start({
    name,
    edges,
    claimsAlongChain,
    registry: registry === 'unavailable' ? unavailableRegistry() : await fillRegistry(registry),
    policy: policy === undefined ? undefined : parsePolicy(policy),
    limits,
    mode,
    initialToken: initialToken && readInitialToken(initialToken),
    registrars: registrars as ServiceOptions['registrars'],
    replay: makeReplayStore(replay, now),
    clock: () => now,
    log: () => undefined,
  })
}

async function fillRegistry(entries: readonly VectorRegistryEntry[]): Promise<KeyRegistry> {
  const registry = new MemoryRegistry()
  for (const { service, kid, registration, revoked } of entries) {
    // A registry does not judge what it is given; its own idea of the end is for forgetting.
    if (registration !== undefined) await registry.publish({ service, kid, registration, expiresAt: 0 })
    if (revoked) await registry.revoke(service, kid)
  }
  return registry
}

/** Takes the receiver's own registration, and finds nothing for anybody. */
function unavailableRegistry(): KeyRegistry {
  const fails = async () => {
    throw new Error('unavailable')
  }
  return {
    publish: async () => undefined,
    watch: async () => ({ close: async () => undefined }),
    close: async () => undefined,
    find: fails,
    revoke: fails,
    list: fails,
  }
}

function makeReplayStore(state: VectorReceiver['replay'], now: number): ReplayStore {
  switch (state) {
    case undefined:
      return new MemoryReplayStore({ clock: () => now - 3600 })
    case 'young':
      return new MemoryReplayStore({ clock: () => now + 1 })
    case 'full': {
      const store = new MemoryReplayStore({ clock: () => now, maxEntries: 1 })
      store.remember({ caller: 'somebody', kid: '', jti: '', issuedAt: now, until: now + 60 }, now)
      return store
    }
    case 'unavailable':
      return {
        remember: () => {
          throw new Error('unavailable')
        },
      }
  }
}

function readInitialToken({ accept, user }: VectorInitialToken): InitialTokenOption {
  const verifiers = accept.map(({ jwks, ...issuer }) =>
    jwks === 'unavailable'
      ? jwtIssuer({
          ...issuer,
          jwksUri: 'https://login.example/keys',
          fetch: () => Promise.reject(new Error('unavailable')),
        })
      : jwtIssuer({ ...issuer, jwks }),
  )
  return { accept: verifiers, ...(user && { user }) }
}
