/** Register, protect, call, decide: the whole of countersign, with express. */
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { loadPolicy, MemoryRegistry, Service } from 'countersign'
import { countersign } from 'countersign/express'
import express from 'express'

// Each service makes a key and registers it. Services in several processes share a directory: `new FileRegistry('./registry')`.
const registry = new MemoryRegistry()
const policy = await loadPolicy(fileURLToPath(new URL('greeter.yaml', import.meta.url)))
const greeter = await Service.start({ name: 'greeter', registry, policy, edges: ['web'] })
const web = await Service.start({ name: 'web', registry })
const newsletter = await Service.start({ name: 'newsletter', registry })

// A protected route: the handler runs only for calls whose chain holds and that the policy accepts.
const app = express()
app.get('/greeting', countersign(greeter, 'greet'), (_req, res) => {
  const { callStack, initialToken } = greeter.currentCall()
  res.send(`hello ${initialToken?.claims.sub}, by way of ${callStack.map(frame => frame.service).join(' < ')}`)
})

const server = app.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/greeting`

  const greeting = await web.fetch(url, { audience: 'greeter', operation: 'greet', userClaims: { sub: 'alice' } })
  console.log('web:', greeting.status, await greeting.text())

  // The answer says only that it may not. Why stands in greeter's log, which goes to standard error.
  const refused = await newsletter.fetch(url, { audience: 'greeter', operation: 'greet', job: true })
  console.log('newsletter:', refused.status, await refused.text())

  const alone = await fetch(url)
  console.log('anybody:', alone.status, await alone.text())

  await Promise.all([greeter.stop(), web.stop(), newsletter.stop()])
  server.close()
})
