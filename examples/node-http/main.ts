/** Register, protect, call, decide: the same as examples/hello, with node:http alone. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { loadPolicy, MemoryRegistry, Service } from 'countersign'
import { countersign } from 'countersign/node'

const registry = new MemoryRegistry()
const policy = await loadPolicy(fileURLToPath(new URL('greeter.yaml', import.meta.url)))
const greeter = await Service.start({ name: 'greeter', registry, policy, edges: ['web'] })
const web = await Service.start({ name: 'web', registry })
const newsletter = await Service.start({ name: 'newsletter', registry })

const greet = countersign(greeter, 'greet', (_request, response, { call }) => {
  response.end(
    `hello ${call.initialToken?.claims.sub}, by way of ${call.callStack.map(frame => frame.service).join(' < ')}`,
  )
})

const server = createServer((request, response) =>
  request.url === '/greeting' ? greet(request, response) : response.writeHead(404).end(),
)

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/greeting`

  const greeting = await web.fetch(url, { audience: 'greeter', operation: 'greet', userClaims: { sub: 'alice' } })
  console.log('web:', greeting.status, await greeting.text())

  const refused = await newsletter.fetch(url, { audience: 'greeter', operation: 'greet', job: true })
  console.log('newsletter:', refused.status, await refused.text())

  const alone = await fetch(url)
  console.log('anybody:', alone.status, await alone.text())

  await Promise.all([greeter.stop(), web.stop(), newsletter.stop()])
  server.close()
})
