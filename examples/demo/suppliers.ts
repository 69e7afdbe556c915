/** suppliers: deliver when somebody checks out at shop, whichever services are in between. With node:http. */
import { createServer } from 'node:http'
import { jwtIssuer, loadPolicy, Service } from 'countersign'
import { countersign } from 'countersign/node'
import { openRegistry } from './registry.js'
import { listening, log, settings, show } from './stage.js'

const { registry, policies, issuer } = await settings()
const audience = 'https://shop.example'

const suppliers = await Service.start({
  name: 'suppliers',
  registry: await openRegistry(registry),
  policy: await loadPolicy(`${policies}/suppliers.yaml`),
  edges: ['shop'],
  initialToken: { accept: [jwtIssuer({ issuer, jwksUri: `${issuer}/jwks`, audience, algorithms: ['ES256'] })] },
  log,
})

const resupply = countersign(suppliers, 'resupply', (_request, response, { call, body }) => {
  show('suppliers', call)
  const order: unknown = JSON.parse(String(body))
  const user = call.initialToken?.claims.sub
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ order, for: user }))
})

const server = createServer((request, response) => {
  const [path] = (request.url ?? '').split('?')
  return path === '/orders' ? resupply(request, response) : response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => listening(server))
