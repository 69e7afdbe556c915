/** Somebody who sees everything that inventory receives, and calls the edge with it. */

// RFC 6750, section 2.1: anything else is no bearer token to begin with.
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

/** The status of each attempt: the presentation as it came, the chain in it, and each of its parts, as it is and decoded. */
export async function tryEverything(presentation: string, url: string): Promise<readonly number[]> {
  const parts = presentation.split('~')
  const decoded = parts.map(part => Buffer.from(part, 'base64url').toString()).filter(text => TOKEN.test(text))
  const loot = [presentation, parts.slice(1).join('~'), ...parts, ...decoded]
  return await Promise.all(
    loot.map(async token => {
      const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      return status
    }),
  )
}
