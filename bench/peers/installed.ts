import { createRequire } from 'node:module'

const NAMES = [
  '@biscuit-auth/biscuit-wasm',
  '@open-policy-agent/opa-wasm',
  'casbin',
  'fast-jwt',
  'jsonwebtoken',
  'macaroon',
] as const
/** A package that the benchmark measures beside, which only bench/package.json installs. */
export type PeerName = (typeof NAMES)[number]

const peers = new URL('../node_modules/', import.meta.url)
const require = createRequire(import.meta.url)

/** The version of each peer; undefined where they are not installed. */
export function installedPeers(): Readonly<Record<PeerName, string>> | undefined {
  try {
    const versions = NAMES.map(name => [name, require(peerFile(name, 'package.json').pathname).version])
    return Object.fromEntries(versions)
  } catch {
    return undefined
  }
}

/** A file of a peer, whatever its package exports. */
export function peerFile(name: PeerName, file: string): URL {
  return new URL(`${name}/${file}`, peers)
}

/** A peer as CommonJS has it. Its types are ours to state: without an installation the compiler must pass, too. */
export function loadPeer<T>(name: PeerName): T {
  return require(name)
}
