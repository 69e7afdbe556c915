/** alice logs in, buys, comes back when her token is near its end, and logs out; and what a thief makes of it. */
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Browser, type Page } from '../demo/browser.js'
import type { AuthorizationServer } from './authorization-server.js'
import type { Knowledge } from './inventory.js'
import { type Places, tryEverything } from './thief.js'
import type { Wire } from './wire.js'

const INSIDE = ['cart', 'inventory']
const MOST_WAITING_SECONDS = 30

export async function visit(places: Places, wire: Wire, server: AuthorizationServer): Promise<void> {
  const { shop } = places
  const browser = new Browser()
  const buy = () => browser.post(`${shop}/buy`, {})
  const count = (event: string) => server.happened.filter(name => name === event).length

  console.log('before she logs in')
  console.log('  alice buys:', (await buy()).status)
  console.log('  a login that nobody began:', (await browser.open(`${shop}/callback?code=x&state=x`)).status)

  console.log('alice logs in')
  const forged = wire.hold('/callback')
  const loginPage = await browser.open(`${shop}/login`)
  const consentPage = await browser.submit(loginPage, { login: 'alice', password: 'any' })
  await browser.submit(consentPage, {})
  const otherState = (await forged).replace(/state=[^&]+/, 'state=other')
  console.log('  her answer, with another state:', (await browser.open(shop + otherState)).status)
  // The authorization server knows her by now.
  const held = wire.hold('/callback')
  await browser.open(`${shop}/login`)
  const answer = shop + (await held)
  console.log("  her answer, in a thief's browser:", (await new Browser().open(answer)).status)
  console.log('  her answer, in her own:', (await browser.open(answer)).text.includes('Hello alice.'))
  const first = knowledgeIn(await buy())
  console.log(`  alice buys. inventory knows: ${first.callers.join(' < ')}, for ${first.user} (${first.scope})`)

  console.log('her cookie')
  const former = sessionIn(wire.lastTo('shop'))
  await browser.open(`${shop}/login`)
  await buy()
  const session = sessionIn(wire.lastTo('shop'))
  console.log('  is another one when she logs in again:', session !== former)
  console.log('  the former one buys:', await post(`${shop}/buy`, { cookie: `session=${former}` }))
  const abused = { cookie: `session=${session}`, origin: 'https://other.example' }
  console.log('  another site has her browser buy:', await post(`${shop}/buy`, abused))

  console.log('her token comes near its end')
  await until(async () => (await browser.open(shop)).text.includes('the next order refreshes it'))
  const before = count('refresh_token.consumed')
  const orders = (await Promise.all([buy(), buy()])).map(knowledgeIn)
  const tokens = new Set(orders.map(({ token }) => token))
  console.log('  alice buys twice at once, with another token:', tokens.size === 1 && !tokens.has(first.token))
  console.log('  tokens were refreshed so many times:', count('refresh_token.consumed') - before)

  console.log('on the wire')
  console.log('  her cookie, seen by shop:', wire.carried(session, ['shop']))
  console.log('  her cookie, seen by cart or inventory:', wire.carried(session, INSIDE))
  console.log(
    '  any cookie at all, there:',
    INSIDE.some(place => wire.lastTo(place).cookie !== undefined),
  )
  for (const { title, status } of await tryEverything(String(wire.lastTo('inventory').countersign), places)) {
    console.log(`  a thief sends ${title}: ${status}`)
  }

  console.log('alice logs out')
  const revoked = count('grant.revoked')
  const question = await browser.post(`${shop}/logout`, {})
  console.log('  at the authorization server her grant is revoked:', count('grant.revoked') === revoked + 1)
  const goodbye = await browser.submit(question, { logout: 'yes' })
  console.log('  alice is back:', goodbye.url === `${shop}/` && goodbye.text.includes('Nobody is logged in.'))
  console.log('  and her session there ended:', count('end_session.success') === 1)
  console.log('  alice buys:', (await buy()).status)
  console.log('  with the cookie that she had:', await post(`${shop}/buy`, { cookie: `session=${session}` }))
  const asked = await browser.open(`${shop}/login`)
  console.log('  who logs in again is asked for a password:', asked.text.includes('name="password"'))
}

/** What the cookie of shop holds. The authorization server has cookies of its own, on the same host. */
function sessionIn({ cookie = '' }: IncomingHttpHeaders): string {
  const [, session] = /(?:^|; )session=([^;]+)/.exec(cookie) ?? []
  if (session === undefined) throw new Error('alice has no session')
  return session
}

/** What inventory said, from the page that shop made of it. */
function knowledgeIn({ status, text }: Page): Knowledge {
  const [, shown = ''] = /<pre>(.*?)<\/pre>/s.exec(text) ?? []
  if (status !== 201) throw new Error(`alice wanted to buy, and was answered ${status}`)
  return JSON.parse(shown.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))))
}

async function post(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return (await fetch(url, { method: 'POST', headers })).status
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + MOST_WAITING_SECONDS * 1000
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`it did not come true in ${MOST_WAITING_SECONDS} s`)
    await delay(200)
  }
}
