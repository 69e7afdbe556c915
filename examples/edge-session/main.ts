/** A confidential client: the browser has a cookie, shop has the token, and the chain begins with the token. `--serve` keeps it up. */
import { fileURLToPath } from 'node:url'
import { jwtIssuer, loadPolicy, MemoryRegistry } from 'countersign'
import express from 'express'
import { Loopback } from '../loopback.js'
import { RESOURCE, startAuthorizationServer } from './authorization-server.js'
import { openCart } from './cart.js'
import { openInventory } from './inventory.js'
import { RelyingParty } from './relying-party.js'
import { openShop } from './shop.js'
import { visit } from './visit.js'
import { Wire } from './wire.js'

const loopback = new Loopback()
const wire = new Wire()
const registry = new MemoryRegistry()
const policyOf = (name: string) => loadPolicy(fileURLToPath(new URL(`${name}.yaml`, import.meta.url)))

const shopApp = express()
const url = await loopback.serve(wire.tap('shop', shopApp))
const server = await startAuthorizationServer(url)
const { issuer, client } = server

// The same for all: tokens for the shop's services that were issued to shop, and to no other client.
const origin = { claim: 'client_id', clients: { shop: client.id } } as const
const rules = { audience: RESOURCE, algorithms: ['ES256'], types: ['at+jwt'], origin } as const
const accept = jwtIssuer({ issuer, jwksUri: `${issuer}/jwks`, ...rules })

const inventory = await openInventory({ registry, policy: await policyOf('inventory'), accept })
const inventoryUrl = await loopback.serve(wire.tap('inventory', inventory.app))
const cart = await openCart({ registry, policy: await policyOf('cart'), accept, inventory: inventoryUrl })
const cartUrl = await loopback.serve(wire.tap('cart', cart.app))
const party = await RelyingParty.discover({ issuer, client, url, resource: RESOURCE, scope: 'openid shop.user' })
const shop = await openShop(shopApp, { registry, accept, party, url, cart: cartUrl })

if (process.argv.includes('--serve')) {
  console.log(`open ${url} and log in as anybody, with any password`)
} else {
  await visit({ shop: url, cart: cartUrl, inventory: inventoryUrl }, wire, server)
  await Promise.all([shop, cart.cart, inventory.inventory].map(service => service.stop()))
  loopback.close()
  server.close()
}
