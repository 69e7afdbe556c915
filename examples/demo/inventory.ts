/** inventory: cart asks it to commit stock, and it orders more from suppliers. Anybody may ask what it has. With node:http. */
import { createServer } from 'node:http'
import { jwtIssuer, loadPolicy, Service } from 'countersign'
import { countersign } from 'countersign/node'
import { openRegistry } from './registry.js'
import { listening, log, settings, show } from './stage.js'

const { registry, policies, issuer, urls } = await settings()
const audience = 'https://shop.example'

const inventory = await Service.start({
  name: 'inventory',
  registry: await openRegistry(registry),
  policy: await loadPolicy(`${policies}/inventory.yaml`),
  edges: ['shop'],
  initialToken: { accept: [jwtIssuer({ issuer, jwksUri: `${issuer}/jwks`, audience, algorithms: ['ES256'] })] },
  destinations: { suppliers: urls.suppliers },
  log,
})

const commit = countersign(inventory, 'commit', async (_request, response, { call, body }) => {
  show('inventory', call)
  const answer = await inventory.fetch(`${urls.suppliers}/orders`, {
    audience: 'suppliers',
    operation: 'resupply',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  response.writeHead(answer.ok ? 201 : 502, { 'content-type': 'application/json' }).end(await answer.text())
})

const status = countersign(inventory, 'status', (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"tea":"in stock"}')
})

const server = createServer((request, response) => {
  const [path] = (request.url ?? '').split('?')
  if (path === '/orders') return commit(request, response)
  if (path === '/status') return status(request, response)
  return response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => listening(server))
