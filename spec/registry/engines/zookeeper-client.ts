import { type ACL, type Client, createClient } from 'node-zookeeper-client'

/** Another client than ours, by which specs go past the adapter. */
export class OtherClient {
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  static async connect(server: string, user: string, password: string): Promise<OtherClient> {
    const client = createClient(server, { sessionTimeout: 10_000, retries: 3 })
    client.addAuthInfo('digest', Buffer.from(`${user}:${password}`))
    const connected = new Promise<void>(resolve => client.once('connected', () => resolve()))
    client.connect()
    await connected
    return new OtherClient(client)
  }

  async create(path: string, text: string, grants: ACL[]): Promise<void> {
    await this.#ask(done => this.#client.create(path, Buffer.from(text), grants, done))
  }

  async set(path: string, text: string): Promise<void> {
    await this.#ask(done => this.#client.setData(path, Buffer.from(text), done))
  }

  async setGrants(path: string, grants: ACL[]): Promise<void> {
    await this.#ask(done => this.#client.setACL(path, grants, done))
  }

  remove(path: string): Promise<void> {
    return this.#ask(done => this.#client.remove(path, done))
  }

  children(path: string): Promise<readonly string[]> {
    return this.#ask(done => this.#client.getChildren(path, done))
  }

  async text(path: string): Promise<string> {
    return String(await this.#ask<Buffer>(done => this.#client.getData(path, done)))
  }

  close(): void {
    this.#client.close()
  }

  #ask<T>(start: (done: (error: unknown, answer: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, answer) => (error === null || error === undefined ? resolve(answer) : reject(error)))
    })
  }
}
