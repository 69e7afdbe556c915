/** cart: shop asks it to check out, and it asks inventory to commit the stock. */
import { type jwtIssuer, type KeyRegistry, type Policy, Service } from 'countersign'
import { countersign } from 'countersign/express'
import express, { type Express } from 'express'

export interface CartOptions {
  readonly registry: KeyRegistry
  readonly policy: Policy
  readonly accept: ReturnType<typeof jwtIssuer>
  readonly inventory: string
}

export async function openCart({ inventory, ...options }: CartOptions): Promise<{ app: Express; cart: Service }> {
  const { registry, policy, accept } = options
  const initialToken = { accept: [accept] }
  const cart = await Service.start({ name: 'cart', registry, policy, edges: ['shop'], initialToken })
  const app = express().post('/checkout', countersign(cart, 'checkout'), async (req, res) => {
    const answer = await cart.fetch(`${inventory}/commit`, {
      audience: 'inventory',
      operation: 'commit',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(req.body),
    })
    res.status(answer.ok ? 201 : 502).send(await answer.text())
  })
  return { app, cart }
}
