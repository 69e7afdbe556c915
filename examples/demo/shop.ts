/** shop: users log in here, and check out. It is the edge, where chains begin. */
import { jwtIssuer, Service } from 'countersign'
import express from 'express'
import { Login } from './login.js'
import { openRegistry } from './registry.js'
import { listening, log, settings } from './stage.js'

const { registry, issuer, urls, client } = await settings()
const audience = 'https://shop.example'

const shop = await Service.start({
  name: 'shop',
  registry: await openRegistry(registry),
  initialToken: { accept: [jwtIssuer({ issuer, jwksUri: `${issuer}/jwks`, audience, algorithms: ['ES256'] })] },
  destinations: { cart: urls.cart },
  log,
})

const login = new Login({ issuer, client, callback: `${urls.shop}/callback`, resource: audience, scope: 'shop.user' })
const app = express()
app.use(login.routes)
app.get('/', (req, res) => res.send(login.accessToken(req) ? 'What may it be?' : 'Please log in.'))

app.post('/orders', express.json(), async (req, res) => {
  const initialToken = login.accessToken(req)
  if (initialToken === undefined) {
    res.status(401).json({ title: 'log in first' })
    return
  }
  // An order that is in a hurry: what is signed for it is void so many seconds later.
  const { within } = req.query
  const answer = await shop.fetch(`${urls.cart}/orders`, {
    initialToken,
    audience: 'cart',
    operation: 'checkout',
    lifetimeSeconds: within === undefined ? undefined : Number(within),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(req.body),
  })
  res.status(answer.ok ? 201 : 502).json(await answer.json())
})

const server = app.listen(0, '127.0.0.1', () => listening(server))
