/** alice: a user of shop, who knows nothing of all this. */
import { Browser } from './browser.js'

const ORDER = { item: 'tea', quantity: 1 }

export class Alice {
  readonly #shop: string
  readonly #browser = new Browser()

  constructor(shop: string) {
    this.#shop = shop
  }

  /** The authorization code flow, as a browser sees it: to the authorization server, through its two pages, and back. */
  async logIn(): Promise<void> {
    const loginPage = await this.#browser.open(`${this.#shop}/login`)
    const consentPage = await this.#browser.submit(loginPage, { login: 'alice', password: 'any' })
    const home = await this.#browser.submit(consentPage, {})
    if (home.url !== `${this.#shop}/`) throw new Error(`alice wanted to log in, and is at ${home.url} (${home.status})`)
  }

  async order(): Promise<void> {
    await this.#order('', 201)
  }

  /** Two orders: one that is void after a second, and one like any other. Shop hears that the first came too late. */
  async hurry(): Promise<void> {
    await Promise.all([this.#order('?within=1', 502), this.#order('', 201)])
  }

  async #order(query: string, expected: number): Promise<void> {
    const { status, text } = await this.#browser.post(`${this.#shop}/orders${query}`, ORDER)
    if (status !== expected) throw new Error(`alice's order was answered ${status}, expected ${expected}: ${text}`)
  }
}
