/** Somebody who has seen what inventory received, and tries to invoke anything with it. */
import { randomBytes } from 'node:crypto'

export interface Places {
  readonly shop: string
  readonly cart: string
  readonly inventory: string
}

/** What he tries, and the status of the answer. */
export async function tryEverything(presentation: string, { shop, cart, inventory }: Places) {
  const [, , ...older] = presentation.split('~')
  const token = older.at(-1) ?? ''
  const madeUp = randomBytes(16).toString('base64url')
  const attempts: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['the same to inventory again', `${inventory}/commit`, { countersign: presentation }],
    ['the chain in it to cart', `${cart}/checkout`, { countersign: [madeUp, ...older].join('~') }],
    ['the token in it to shop', `${shop}/buy`, { authorization: `Bearer ${token}` }],
    ['the token in it as a cookie', `${shop}/buy`, { cookie: `session=${token}` }],
  ]
  return await Promise.all(
    attempts.map(async ([title, url, headers]) => {
      const body = JSON.stringify({ item: 'tea' })
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
      return { title, status: (await fetch(url, init)).status }
    }),
  )
}
