/** cart: shop asks it to check out, and it asks inventory to commit the stock. With express. */
import { jwtIssuer, loadPolicy, Service } from 'countersign'
import { countersign } from 'countersign/express'
import express from 'express'
import { openRegistry } from './registry.js'
import { listening, log, settings, show } from './stage.js'

const { registry, policies, issuer, urls } = await settings()
const audience = 'https://shop.example'

const cart = await Service.start({
  name: 'cart',
  registry: await openRegistry(registry),
  policy: await loadPolicy(`${policies}/cart.yaml`),
  edges: ['shop'],
  initialToken: { accept: [jwtIssuer({ issuer, jwksUri: `${issuer}/jwks`, audience, algorithms: ['ES256'] })] },
  destinations: { inventory: urls.inventory },
  log,
})

const app = express()

app.post('/orders', countersign(cart, 'checkout'), async (req, res) => {
  show('cart', cart.currentCall())
  const answer = await cart.fetch(`${urls.inventory}/orders`, {
    audience: 'inventory',
    operation: 'commit',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(req.body),
  })
  res.status(answer.ok ? 201 : 502).json(await answer.json())
})

const server = app.listen(0, '127.0.0.1', () => listening(server))
