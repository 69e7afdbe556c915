/** shop: a web application with a session on the server. It is the edge, where chains begin, around the token in the session. */
import { type jwtIssuer, type KeyRegistry, Service } from 'countersign'
import { confidentialClient } from 'countersign/express'
import type { Express, NextFunction, Request, Response } from 'express'
import { Login } from './login.js'
import { drawHome, drawOrder } from './pages.js'
import type { RelyingParty } from './relying-party.js'

export interface ShopOptions {
  readonly registry: KeyRegistry
  readonly accept: ReturnType<typeof jwtIssuer>
  readonly party: RelyingParty
  /** Where browsers find it. */
  readonly url: string
  readonly cart: string
}

/** Mounts its pages. */
export async function openShop(app: Express, { registry, accept, party, url, cart }: ShopOptions): Promise<Service> {
  const shop = await Service.start({
    name: 'shop',
    registry,
    initialToken: { accept: [accept] },
    destinations: { cart },
  })
  const login = new Login(party, url)

  app.use((_req, res, next) => {
    res.set({ 'cache-control': 'no-store', 'content-security-policy': "frame-ancestors 'none'" })
    next()
  })
  app.use(refuseOtherSites(url))
  app.use(login.routes)
  app.get('/', (req, res) => res.send(drawHome(login.session(req))))

  // The browser sends a cookie; the chain begins with the token. What invokes shop is not what it passes on.
  const user = confidentialClient<Request>(shop, { token: req => login.session(req)?.accessToken() })
  app.post('/buy', user, async (_req, res) => {
    const answer = await shop.fetch(`${cart}/checkout`, {
      audience: 'cart',
      operation: 'checkout',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ item: 'tea' }),
    })
    if (answer.ok) res.status(201).send(drawOrder(await answer.text()))
    else res.status(502).send('the order was refused inside')
  })

  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    process.emitWarning(`shop failed: ${error.name}`)
    res.status(500).send('something went wrong')
  })
  return shop
}

/** A cookie goes along with what other sites send. Browsers say where a request that changes something comes from. */
function refuseOtherSites(url: string) {
  return ({ method, headers }: Request, res: Response, next: NextFunction) => {
    if (method !== 'POST' || headers.origin === undefined || headers.origin === url) return next()
    res.status(403).send('this request was made by another site')
  }
}
