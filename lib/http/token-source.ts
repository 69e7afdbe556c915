import { OptionError } from '../errors.js'

/** Gets another token for one that a user brought, from the authorization server that issued it. */
export interface TokenSource {
  /** The authorization server whose token it is that comes back. */
  readonly issuer: string
  /** Refuses with ERR_EXCHANGE_REFUSED, and with ERR_ISSUER_UNAVAILABLE while the server cannot answer. */
  forToken(token: string): Promise<string>
}

/** Refuses what is no source of tokens (ERR_OPTION). */
export function checkTokenSource(what: string, source: TokenSource | undefined): void {
  if (typeof source?.forToken !== 'function' || typeof source.issuer !== 'string') {
    throw new OptionError(`${what}: expected \`tokenExchange(...)\` or \`phantomToken(...)\``)
  }
}
