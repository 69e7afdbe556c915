import type { Service, VerifiedCall, WrapOptions } from '../../lib/index.js'
import type { ServiceParty } from '../http/service-party.js'

/** What a chain begins with. */
type Beginning = Pick<WrapOptions, 'initialToken' | 'userClaims' | 'job'>

/** The call that inventory receives when shop asks cart, and cart asks inventory. */
export async function makeCall(
  party: ServiceParty,
  beginning: Beginning,
  options: Parameters<ServiceParty['start']>[1] = {},
): Promise<{ call: VerifiedCall; inventory: Service }> {
  const common = { edges: ['shop'], ...options }
  const shop = await party.start('shop', common)
  const cart = await party.start('cart', common)
  const inventory = await party.start('inventory', common)
  const first = await shop.wrap({ audience: 'cart', operation: 'checkout', ...beginning } as WrapOptions)
  const parent = await cart.unwrap(first, { operation: 'checkout' })
  const second = await cart.wrap({ audience: 'inventory', operation: 'commit', parent })
  return { call: await inventory.unwrap(second, { operation: 'commit' }), inventory }
}
