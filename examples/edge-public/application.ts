/** A single-page application, scripted: a public client that logs its user in with PKCE, and calls the edge with the access token. */
import * as oauth from 'oauth4webapi'
import { Browser } from '../demo/browser.js'
import type { ApplicationId } from './authorization-server.js'

export interface ApplicationOptions {
  readonly id: ApplicationId
  readonly issuer: string
  /** Where it is served, and comes back to. */
  readonly url: string
  /** Who its tokens are for (RFC 8707). */
  readonly resource: string
}

// For an authorization server on loopback alone, which speaks http.
const loopback = { [oauth.allowInsecureRequests]: true }

/** Logs alice in, through the two pages of the authorization server, and gives back her access token. */
export async function logIn({ id, issuer, url, resource }: ApplicationOptions): Promise<string> {
  const client: oauth.Client = { client_id: id }
  const server = await discover(issuer)
  const state = oauth.generateRandomState()
  const verifier = oauth.generateRandomCodeVerifier()

  const authorization = new URL(server.authorization_endpoint ?? '')
  authorization.search = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: url,
    scope: 'shop.user',
    resource,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()

  const browser = new Browser()
  const loginPage = await browser.open(authorization.href)
  const consentPage = await browser.submit(loginPage, { login: 'alice', password: 'any' })
  const back = await browser.submit(consentPage, {})

  const parameters = oauth.validateAuthResponse(server, client, new URL(back.url), state)
  const options = { ...loopback, additionalParameters: { resource } }
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    url,
    verifier,
    options,
  )
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(server, client, answer)
  return token
}

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, loopback))
}
