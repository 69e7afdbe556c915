/** What shop does at the authorization server, by oauth4webapi: authorization code with PKCE, refresh, revocation, logout. */
import * as oauth from 'oauth4webapi'

export interface RelyingPartyOptions {
  readonly issuer: string
  readonly client: { readonly id: string; readonly secret: string }
  /** The web application: the user comes back to `/callback`, and after logging out to `/`. */
  readonly url: string
  /** Who the access token is for (RFC 8707). */
  readonly resource: string
  readonly scope: string
}

/** Kept on the server while the user is at the authorization server. */
export interface Pending {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Kept on the server: the browser sees none of them. */
export interface Tokens {
  readonly sub: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly idToken: string
  /** When the access token ends: seconds since the epoch. */
  readonly expiresAt: number
}

// For an authorization server on loopback alone, which speaks http.
const loopback = { [oauth.allowInsecureRequests]: true }

export class RelyingParty {
  readonly #options: RelyingPartyOptions
  readonly #server: oauth.AuthorizationServer
  readonly #client: oauth.Client
  readonly #authentication: oauth.ClientAuth

  /** Asks the authorization server where its endpoints are. */
  static async discover(options: RelyingPartyOptions): Promise<RelyingParty> {
    const issuer = new URL(options.issuer)
    const answer = await oauth.discoveryRequest(issuer, loopback)
    return new RelyingParty(options, await oauth.processDiscoveryResponse(issuer, answer))
  }

  private constructor(options: RelyingPartyOptions, server: oauth.AuthorizationServer) {
    this.#options = options
    this.#server = server
    this.#client = { client_id: options.client.id }
    this.#authentication = oauth.ClientSecretBasic(options.client.secret)
  }

  /** Where the user goes to log in, and what has to be remembered until he comes back. */
  async beginLogin(): Promise<{ readonly url: string; readonly pending: Pending }> {
    const pending = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
    }
    const { scope, resource } = this.#options
    const url = at(this.#server.authorization_endpoint, {
      response_type: 'code',
      client_id: this.#client.client_id,
      redirect_uri: this.#callback,
      scope,
      resource,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    })
    return { url, pending }
  }

  /** The tokens of the user who came back. Checks `state` and `iss` (RFC 9207), and in the ID token `nonce` with all the rest. */
  async endLogin(parameters: URLSearchParams, { state, nonce, verifier }: Pending): Promise<Tokens> {
    const code = oauth.validateAuthResponse(this.#server, this.#client, parameters, state)
    const answer = await oauth.authorizationCodeGrantRequest(
      this.#server,
      this.#client,
      this.#authentication,
      code,
      this.#callback,
      verifier,
      this.#forResource,
    )
    const checks = { expectedNonce: nonce, requireIdToken: true }
    return readTokens(await oauth.processAuthorizationCodeResponse(this.#server, this.#client, answer, checks))
  }

  /** New tokens; undefined if the authorization server has ended what the user granted. */
  async refresh(old: Tokens): Promise<Tokens | undefined> {
    const answer = await oauth.refreshTokenGrantRequest(
      this.#server,
      this.#client,
      this.#authentication,
      old.refreshToken,
      this.#forResource,
    )
    try {
      const tokens = readTokens(await oauth.processRefreshTokenResponse(this.#server, this.#client, answer), old)
      return tokens.sub === old.sub ? tokens : undefined
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') return undefined
      throw error
    }
  }

  /** Ends what the user granted (RFC 7009): no access token is given any more. */
  async revoke({ refreshToken }: Tokens): Promise<void> {
    const answer = await oauth.revocationRequest(
      this.#server,
      this.#client,
      this.#authentication,
      refreshToken,
      loopback,
    )
    await oauth.processRevocationResponse(answer)
  }

  /** Where the user goes to end his session at the authorization server, too (OpenID Connect RP-Initiated Logout). */
  logoutUrl({ idToken }: Tokens): string {
    return at(this.#server.end_session_endpoint, {
      id_token_hint: idToken,
      post_logout_redirect_uri: `${this.#options.url}/`,
    })
  }

  get #callback(): string {
    return `${this.#options.url}/callback`
  }

  get #forResource() {
    return { ...loopback, additionalParameters: { resource: this.#options.resource } }
  }
}

function at(endpoint: string | undefined, parameters: Readonly<Record<string, string>>): string {
  if (endpoint === undefined) throw new Error('the authorization server does not say where its endpoints are')
  return `${endpoint}?${new URLSearchParams(parameters)}`
}

/** What a refresh does not give anew stays as it was. */
function readTokens(answer: oauth.TokenEndpointResponse, old?: Tokens): Tokens {
  const sub = oauth.getValidatedIdTokenClaims(answer)?.sub ?? old?.sub
  const refreshToken = answer.refresh_token ?? old?.refreshToken
  const idToken = answer.id_token ?? old?.idToken
  if (sub === undefined || refreshToken === undefined || idToken === undefined || answer.expires_in === undefined) {
    throw new Error('the authorization server gave other tokens than were asked for')
  }
  return {
    sub,
    accessToken: answer.access_token,
    refreshToken,
    idToken,
    expiresAt: Date.now() / 1000 + answer.expires_in,
  }
}
