/** How users log in at shop: the authorization code flow with PKCE (RFC 6749, RFC 7636), and a session in a cookie. */
import { createHash, randomBytes } from 'node:crypto'
import { type Request, type Response, Router } from 'express'

export interface LoginOptions {
  readonly issuer: string
  readonly client: { readonly id: string; readonly secret: string }
  /** Where the authorization server sends the user back to. */
  readonly callback: string
  /** Who the access token is for (RFC 8707). */
  readonly resource: string
  readonly scope: string
}

interface Session {
  /** While the user is at the authorization server. */
  readonly pending?: { readonly state: string; readonly verifier: string }
  /** It stays here: the browser never sees it. */
  readonly accessToken?: string
}

export class Login {
  readonly routes = Router()
  readonly #options: LoginOptions
  readonly #sessions = new Map<string, Session>()

  constructor(options: LoginOptions) {
    this.#options = options
    this.routes.get('/login', (_req, res) => this.#begin(res))
    this.routes.get('/callback', (req, res) => this.#end(req, res))
  }

  /** The access token of the user who sends a request, if there is one. */
  accessToken(req: Request): string | undefined {
    return this.#session(req)?.accessToken
  }

  #begin(res: Response): void {
    const { issuer, client, callback, resource, scope } = this.#options
    const pending = { state: random(), verifier: random() }
    this.#open(res, { pending })
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: callback,
      scope,
      resource,
      state: pending.state,
      code_challenge: createHash('sha256').update(pending.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    res.redirect(`${issuer}/auth?${query}`)
  }

  async #end(req: Request, res: Response): Promise<void> {
    const { code, state, iss } = req.query
    const pending = this.#session(req)?.pending
    if (pending === undefined || state !== pending.state || iss !== this.#options.issuer || typeof code !== 'string') {
      res.status(400).send('this login was not begun here')
      return
    }
    const accessToken = await this.#exchange(code, pending.verifier)
    this.#open(res, { accessToken })
    res.redirect('/')
  }

  async #exchange(code: string, verifier: string): Promise<string> {
    const { issuer, client, callback, resource } = this.#options
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback,
        resource,
        code_verifier: verifier,
      }),
    })
    if (!answer.ok) throw new Error(`the authorization server answered ${answer.status}`)
    const { access_token: accessToken } = (await answer.json()) as { access_token: string }
    return accessToken
  }

  /** Always under a new name, so that nobody can plant his own. */
  #open(res: Response, session: Session): void {
    const id = random()
    this.#sessions.set(id, session)
    res.cookie('session', id, { httpOnly: true, sameSite: 'lax' })
  }

  #session(req: Request): Session | undefined {
    const id = /(?:^|; )session=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]
    return id === undefined ? undefined : this.#sessions.get(id)
  }
}

function random(): string {
  return randomBytes(32).toString('base64url')
}
