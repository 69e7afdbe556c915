/** Login and logout: routes for express. */
import type { IncomingMessage } from 'node:http'
import { type Request, type Response, Router } from 'express'
import { CookieStore } from './cookie-store.js'
import type { Pending, RelyingParty } from './relying-party.js'
import { Session } from './session.js'

const LOGIN_SECONDS = 600
const SESSION_SECONDS = 8 * 3600

export class Login {
  readonly routes = Router()
  readonly #party: RelyingParty
  readonly #logins: CookieStore<Pending>
  readonly #sessions: CookieStore<Session>

  /** For the web application at this URL. */
  constructor(party: RelyingParty, url: string) {
    const secure = url.startsWith('https:')
    this.#party = party
    this.#logins = new CookieStore({ name: 'login', seconds: LOGIN_SECONDS, secure })
    this.#sessions = new CookieStore({ name: 'session', seconds: SESSION_SECONDS, secure })
    this.routes.get('/login', (req, res) => this.#begin(req, res))
    this.routes.get('/callback', (req, res) => this.#end(req, res))
    this.routes.post('/logout', (req, res) => this.#logOut(req, res))
  }

  /** The session that the cookie of a request names. */
  session(request: IncomingMessage): Session | undefined {
    return this.#sessions.find(request)
  }

  async #begin(req: Request, res: Response): Promise<void> {
    const { url, pending } = await this.#party.beginLogin()
    this.#logins.put(req, res, pending)
    res.redirect(url)
  }

  async #end(req: Request, res: Response): Promise<void> {
    // Taken, whatever comes of it: who guesses has one attempt.
    const pending = this.#logins.take(req, res)
    const { searchParams } = new URL(req.originalUrl, 'http://localhost')
    const tokens = pending && (await this.#party.endLogin(searchParams, pending).catch(report))
    if (tokens === undefined) {
      res.status(400).send('this login was not begun here, or was refused')
      return
    }
    this.#sessions.put(req, res, new Session(this.#party, tokens))
    res.redirect('/')
  }

  async #logOut(req: Request, res: Response): Promise<void> {
    const session = this.#sessions.take(req, res)
    // Here the session is gone, even if the authorization server cannot be reached.
    const url = await session?.end().catch((error: Error) => {
      process.emitWarning(`the grant of a user who logged out was not revoked: ${error.name}`)
      return undefined
    })
    res.redirect(303, url ?? '/')
  }
}

/** For the operator: what oauth4webapi calls it. The answer itself is in nobody's log. */
function report(error: Error & { readonly code?: string }): undefined {
  process.stderr.write(`shop: a login was refused: ${error.code ?? error.name}\n`)
}
