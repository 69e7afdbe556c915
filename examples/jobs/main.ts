/** Chains that nobody asked for: a schedule and a queue begin them, and suppliers deliver to the schedule alone. */
import { fileURLToPath } from 'node:url'
import { loadPolicy, MemoryRegistry, Service } from 'countersign'
import { countersign } from 'countersign/express'
import express from 'express'
import { Loopback } from '../loopback.js'
import { Queue } from './queue.js'
import { NightlySchedule } from './schedule.js'

const loopback = new Loopback()
const registry = new MemoryRegistry()
const policyOf = (name: string) => loadPolicy(fileURLToPath(new URL(`${name}.yaml`, import.meta.url)))
const edges = ['shop']
const shop = await Service.start({ name: 'shop', registry })
const warehouse = await Service.start({ name: 'warehouse', registry })
const inventory = await Service.start({ name: 'inventory', registry, edges, policy: await policyOf('inventory') })
const suppliers = await Service.start({ name: 'suppliers', registry, edges, policy: await policyOf('suppliers') })

// suppliers: say what they saw of the call.
const suppliersApp = express()
for (const operation of ['resupply', 'quote']) {
  suppliersApp.get(`/${operation}`, countersign(suppliers, operation), (_req, res) => {
    const { callStack } = suppliers.currentCall()
    const origin = callStack.at(-1)
    res.send(`${callStack.map(frame => frame.service).join(' < ')}, began as ${origin?.claims.job}`)
  })
}
const suppliersUrl = await loopback.serve(suppliersApp)

// inventory: passes on what it is asked.
const inventoryApp = express()
for (const operation of ['resupply', 'quote']) {
  inventoryApp.get(`/${operation}`, countersign(inventory, operation), async (_req, res) => {
    const answer = await inventory.fetch(`${suppliersUrl}/${operation}`, { audience: 'suppliers', operation })
    res.status(answer.ok ? 200 : 403).send(answer.ok ? await answer.text() : 'suppliers refused')
  })
}
const inventoryUrl = await loopback.serve(inventoryApp)

/** Asks inventory, in the context of whatever has begun, and says what came of it. */
const ask = async (asker: Service, who: string, operation: string) => {
  const answer = await asker.fetch(`${inventoryUrl}/${operation}`, { audience: 'inventory', operation })
  console.log(`${who}, ${operation}:`, answer.status, await answer.text())
}

const nightly = new NightlySchedule(2, () =>
  warehouse.begin({ job: true, claims: { job: 'schedule' } }, async () => {
    await ask(warehouse, 'schedule', 'quote')
    await ask(warehouse, 'schedule', 'resupply')
  }),
)

const soldOut = new Queue<{ readonly item: string }>(({ item }) =>
  warehouse.begin({ job: true, claims: { job: 'event', item } }, async () => {
    await ask(warehouse, 'event', 'quote')
    await ask(warehouse, 'event', 'resupply')
  }),
)

nightly.start()
await nightly.fall()

soldOut.send({ item: 'tea' })
await soldOut.settled()

// Anybody can say that he is a schedule. He says it of himself, under his own name.
await shop.begin({ job: true, claims: { job: 'schedule' } }, () => ask(shop, 'shop, as a schedule', 'resupply'))
await shop.begin({ userClaims: { sub: 'alice' } }, () => ask(shop, 'alice', 'resupply'))

nightly.stop()
await Promise.all([shop, warehouse, inventory, suppliers].map(service => service.stop()))
loopback.close()
