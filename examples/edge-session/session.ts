/** A user who has logged in. His tokens stay here; who asks for the access token gets one that lasts. */
import type { RelyingParty, Tokens } from './relying-party.js'

/** How long the calls of one request take at most: no chain outlives the token that it begins with. */
export const NEEDED_SECONDS = 12

export class Session {
  #tokens: Tokens | undefined
  #refreshing: Promise<void> | undefined
  readonly #party: RelyingParty

  constructor(party: RelyingParty, tokens: Tokens) {
    this.#party = party
    this.#tokens = tokens
  }

  get user(): string | undefined {
    return this.#tokens?.sub
  }

  /** How long the access token lasts as it is. */
  get secondsLeft(): number {
    return (this.#tokens?.expiresAt ?? 0) - Date.now() / 1000
  }

  /** The access token, refreshed if it would end too early; undefined if the authorization server has ended this. */
  async accessToken(): Promise<string | undefined> {
    if (this.#tokens !== undefined && this.secondsLeft < NEEDED_SECONDS) {
      // Requests that come at once share one refresh: a refresh token that is used twice looks stolen.
      this.#refreshing ??= this.#refresh(this.#tokens)
      await this.#refreshing
    }
    return this.#tokens?.accessToken
  }

  /** Nothing begins with it any more. Gives back where the user ends his session at the authorization server. */
  async end(): Promise<string | undefined> {
    await this.#refreshing?.catch(() => {})
    const tokens = this.#tokens
    this.#tokens = undefined
    if (tokens === undefined) return undefined
    await this.#party.revoke(tokens)
    return this.#party.logoutUrl(tokens)
  }

  async #refresh(old: Tokens): Promise<void> {
    try {
      this.#tokens = await this.#party.refresh(old)
    } finally {
      this.#refreshing = undefined
    }
  }
}
