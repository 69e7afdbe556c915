/** A public client, three ways: what invokes the edge is the application's token, and that one is never passed on. */
import express from 'express'
import { Loopback } from '../loopback.js'
import { logIn } from './application.js'
import { type AuthorizationServer, OUTSIDE, startAuthorizationServer } from './authorization-server.js'
import { openHouse } from './house.js'
import { tryEverything } from './thief.js'
import { type Variant, variantsFor } from './variants.js'

const loopback = new Loopback()
const application = `${await loopback.serve(express().get('/app', (_req, res) => res.send('the application')))}/app`
const server = await startAuthorizationServer(application)
for (const variant of variantsFor(server)) await show(variant, server)
loopback.close()
server.close()

async function show(variant: Variant, { issuer, questions }: AuthorizationServer): Promise<void> {
  const house = await openHouse(variant, loopback)
  const token = await logIn({ id: variant.application, issuer, url: application, resource: OUTSIDE })
  const get = (path: string) => fetch(`${house.shop}${path}`, { headers: { authorization: `Bearer ${token}` } })
  console.log(`${variant.title}, for ${variant.application}`)

  const before = questions()
  const order = await get('/order')
  const { callers, kind, sub, claims } = (await order.json()) as Knowledge
  console.log(`  order: ${order.status}, and ${questions() - before} questions to the authorization server`)
  console.log(`  inventory knows: ${callers.join(' < ')}, for ${sub} (${kind}: ${claims.join(', ')})`)

  console.log('  the edge embeds the very token:', await (await get('/careless/embed')).text())
  console.log('  the edge sends the very token on:', await (await get('/careless/forward')).text())

  const seen = house.lastSeen()
  const found = seen.includes(token) || seen.includes(Buffer.from(token).toString('base64url'))
  console.log('  the very token in what inventory saw:', found ? 'found' : 'not found')
  const statuses = await tryEverything(seen, `${house.shop}/order`)
  console.log(`  a thief calls the edge with it, ${statuses.length} times:`, [...new Set(statuses)].join(', '))
  await house.close()
}

interface Knowledge {
  readonly callers: readonly string[]
  readonly kind: string
  readonly sub: string
  readonly claims: readonly string[]
}
