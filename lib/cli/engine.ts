import type { KeyRegistry } from 'countersign'
import type { RegistrySetup } from 'countersign/registry/etcd'
import type { RegistryAddress } from './registry-address.js'

/** How a user's address becomes a registry of one kind. Drivers are loaded when it does, not before. */
export interface Engine {
  readonly name: string
  readonly schemes: readonly string[]
  /** An address, as an example. */
  readonly example: string
  open(address: RegistryAddress): Promise<KeyRegistry>
  /** What an operator does once for some services. Without an address there are statements only. */
  readonly setup?: (services: readonly string[], address: RegistryAddress | undefined) => Promise<RegistrySetup>
}
