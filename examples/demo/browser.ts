/** A browser, as far as logging in and checking out take one: cookies, redirects and forms. */

export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

export class Browser {
  readonly #cookies = new Map<string, Cookie>()

  /** Opens an address, and follows redirects. */
  async open(url: string): Promise<Page> {
    return await this.#go(url, { method: 'GET' })
  }

  /** Fills in the form of a page, and sends it. */
  async submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1]
    if (action === undefined) throw new Error(`there is no form at ${page.url} (status ${page.status})`)
    const hidden = page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
    const body = new URLSearchParams(fields)
    for (const [, name = '', value = ''] of hidden) body.set(name, value)
    return await this.#go(new URL(action, page.url).href, { method: 'POST', body })
  }

  /** What a page's script would do. */
  async post(url: string, json: unknown): Promise<Page> {
    return await this.#go(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    })
  }

  async #go(url: string, init: RequestInit): Promise<Page> {
    const headers = { ...(init.headers as Record<string, string>), cookie: this.#cookiesFor(new URL(url).pathname) }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) this.#keep(line)
    const location = answer.headers.get('location')
    const text = await answer.text()
    return location === null ? { url, status: answer.status, text } : await this.open(new URL(location, url).href)
  }

  #cookiesFor(path: string): string {
    const fitting = [...this.#cookies.values()].filter(cookie => path.startsWith(cookie.path))
    return fitting.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */)
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    const attribute = (key: string) =>
      attributes.find(text => text.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1)
    const path = attribute('path') ?? '/'
    const isOver = Date.parse(attribute('expires') ?? '') < Date.now()
    if (isOver) this.#cookies.delete(`${name} ${path}`)
    else this.#cookies.set(`${name} ${path}`, { name, value, path })
  }
}
