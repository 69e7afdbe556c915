import {
  type InitialTokenVerifier,
  MemoryRegistry,
  Service,
  type ServiceOptions,
  type WrapOptions,
} from '../../lib/index.js'
import { type DissectedHeader, dissect } from '../forge/dissection.js'
import { EPOCH } from '../forge/hop.js'

/** What most hops that are made here ask for. */
export const TO_NEXT = { audience: 'next', operation: 'go' } as const

/** A service that makes hops, in a registry of its own. */
export async function startSender(options: Partial<ServiceOptions> = {}): Promise<Service> {
  return await Service.start({ name: 'sender', registry: new MemoryRegistry(), clock: () => EPOCH, ...options })
}

/** The header of the hop that a service makes. */
export async function newestHeader(sender: Service, options: WrapOptions): Promise<DissectedHeader> {
  const [newest] = dissect(await sender.wrap(options)).hops
  if (newest === undefined) throw new Error('no hop')
  return newest.header
}

/** A verifier that takes every token, and says when it ends. */
export function anyToken(expiresAt?: number): InitialTokenVerifier {
  return {
    kind: 'jwt',
    issuer: 'https://login.example',
    verify: async () => ({ kind: 'jwt', claims: {}, ...(expiresAt !== undefined && { expiresAt }) }),
  }
}
