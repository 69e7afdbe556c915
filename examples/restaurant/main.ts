/** From daily life: restaurant may ask location where somebody is, product may not, and location knows for whom. */
import { fileURLToPath } from 'node:url'
import { loadPolicy, MemoryRegistry, Service } from 'countersign'
import { countersign } from 'countersign/express'
import express from 'express'
import { Loopback } from '../loopback.js'

const loopback = new Loopback()
const registry = new MemoryRegistry()
const policyOf = (name: string) => loadPolicy(fileURLToPath(new URL(`${name}.yaml`, import.meta.url)))

// Users come to restaurant and to product. location knows both as edges: who is at the door is one question, who may ask is another.
const edges = ['restaurant', 'product']
const product = await Service.start({ name: 'product', registry })
const restaurant = await Service.start({ name: 'restaurant', registry, edges, policy: await policyOf('restaurant') })
const location = await Service.start({ name: 'location', registry, edges, policy: await policyOf('location') })

const locate = { audience: 'location', operation: 'locate' }
const recommend = { audience: 'restaurant', operation: 'recommend' }

const where = new Map<unknown, string>([
  ['alice', '12 Harbour Street'],
  ['bob', '3 Mill Lane'],
])

const locationApp = express().get('/location', countersign(location, 'locate'), (_req, res) => {
  const { callStack, initialToken } = location.currentCall()
  const user = initialToken?.claims.sub
  res.send(`${user} is at ${where.get(user)} (asked by ${callStack.map(frame => frame.service).join(' < ')})`)
})

const restaurantApp = express().get('/recommendation', countersign(restaurant, 'recommend'), async (_req, res) => {
  // It continues the call of product: the signature says so, whether restaurant wants it or not.
  const answer = await restaurant.fetch(locationUrl, locate)
  res.status(answer.ok ? 200 : 403).send(await answer.text())
})

const locationUrl = `${await loopback.serve(locationApp)}/location`
const recommendationUrl = `${await loopback.serve(restaurantApp)}/recommendation`

for (const sub of ['alice', 'bob']) {
  const delivery = await restaurant.fetch(locationUrl, { ...locate, userClaims: { sub } })
  console.log(`restaurant, for ${sub}:`, delivery.status, await delivery.text())
}

const curious = await product.fetch(locationUrl, { ...locate, userClaims: { sub: 'alice' } })
console.log('product, for alice:', curious.status)

const sly = await product.fetch(recommendationUrl, { ...recommend, userClaims: { sub: 'alice' } })
console.log('product, by way of restaurant, for alice:', sly.status)

const nobody = await restaurant.fetch(locationUrl, { ...locate, job: true })
console.log('restaurant, for nobody:', nobody.status)

await Promise.all([product, restaurant, location].map(service => service.stop()))
loopback.close()
