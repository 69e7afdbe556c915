/** The services, the same for all variants: shop is the edge, and asks cart, which asks inventory. */
import { fileURLToPath } from 'node:url'
import { loadPolicy, MemoryRegistry, Service } from 'countersign'
import { countersign, publicClient } from 'countersign/express'
import express, { type Request } from 'express'
import type { Loopback } from '../loopback.js'
import type { Variant } from './variants.js'

export interface House {
  /** Where applications call. */
  readonly shop: string
  /** The presentation that inventory received last: everything that anybody behind the edge sees. */
  readonly lastSeen: () => string
  readonly close: () => Promise<void>
}

const policyOf = (name: string) => loadPolicy(fileURLToPath(new URL(`${name}.yaml`, import.meta.url)))

/** Opens one. */
export async function openHouse({ edge, initialToken }: Variant, loopback: Loopback): Promise<House> {
  const common = { registry: new MemoryRegistry(), initialToken }
  const shop = await Service.start({ ...common, name: 'shop' })
  const cart = await Service.start({ ...common, name: 'cart', edges: ['shop'], policy: await policyOf('cart') })
  const inventory = await Service.start({
    ...common,
    name: 'inventory',
    edges: ['shop'],
    policy: await policyOf('inventory'),
  })

  let lastSeen = ''
  const inventoryApp = express().get('/commit', countersign(inventory, 'commit'), (req, res) => {
    const { callStack, initialToken: user } = inventory.currentCall()
    lastSeen = String(req.headers.countersign)
    res.json({
      callers: callStack.map(frame => frame.service),
      kind: user?.kind,
      sub: user?.claims.sub,
      claims: Object.keys(user?.claims ?? {}),
    })
  })
  const inventoryUrl = await loopback.serve(inventoryApp)

  const cartApp = express().get('/checkout', countersign(cart, 'checkout'), async (_req, res) => {
    const answer = await cart.fetch(`${inventoryUrl}/commit`, { audience: 'inventory', operation: 'commit' })
    res.status(answer.ok ? 200 : 502).json(await answer.json())
  })
  const cartUrl = await loopback.serve(cartApp)

  const checkout = { audience: 'cart', operation: 'checkout' }
  const shopApp = express()
  shopApp.use(publicClient(shop, edge))
  shopApp.get('/order', async (_req, res) => {
    const answer = await shop.fetch(`${cartUrl}/checkout`, checkout)
    res.status(answer.ok ? 200 : 502).json(await answer.json())
  })

  // Two mistakes that are easily made: both would hand what invokes the edge to everybody behind it.
  shopApp.get('/careless/embed', async (req, res) => {
    const order = shop.fetch(`${cartUrl}/checkout`, { ...checkout, initialToken: bearerOf(req) })
    res.send(await outcomeOf(order))
  })
  shopApp.get('/careless/forward', async (req, res) => {
    const headers = { authorization: `Bearer ${bearerOf(req)}` }
    res.send(await outcomeOf(shop.fetch(`${cartUrl}/checkout`, { ...checkout, headers })))
  })

  return {
    shop: await loopback.serve(shopApp),
    lastSeen: () => lastSeen,
    close: async () => {
      await Promise.all([shop, cart, inventory].map(service => service.stop()))
    },
  }
}

function bearerOf({ headers }: Request): string {
  return headers.authorization?.replace(/^Bearer /i, '') ?? ''
}

async function outcomeOf(order: Promise<unknown>): Promise<string> {
  return await order.then(
    () => 'done',
    error => error.code,
  )
}
