/** A real authorization server: oidc-provider, with its own pages for login and consent. Anybody may log in, with any password. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EXCHANGE, exchanging } from './exchange-grant.js'

// oidc-provider tells whoever runs it that Node 20 is old, and that memory, dev pages and the like are not for production.
// True, and meant here. It has to be silenced before it is loaded.
console.info = console.warn = () => undefined
const { Provider } = await import('oidc-provider')

/** What applications hold tokens for: the edge. */
export const OUTSIDE = 'https://shop.example'
/** What is embedded in chains: only services behind the edge accept it. */
export const INSIDE = 'https://inside.example'

/** Two applications that differ in what the server gives them: a JWT that everybody can read, or a text that says nothing. */
export type ApplicationId = 'jwt-app' | 'opaque-app'

export interface AuthorizationServer {
  readonly issuer: string
  /** How shop identifies itself when it exchanges tokens, or asks about them. */
  readonly shop: { readonly id: string; readonly secret: string }
  /** Questions, such as for a token, that were asked so far. */
  readonly questions: () => number
  readonly close: () => void
}

/** Starts one. Applications come back from it to `callback`. */
export async function startAuthorizationServer(callback: string): Promise<AuthorizationServer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const shop = { id: 'shop', secret: randomBytes(32).toString('base64url') }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  const application = (id: ApplicationId) => ({
    client_id: id,
    token_endpoint_auth_method: 'none',
    redirect_uris: [callback],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  })
  const provider = new Provider(issuer, {
    clients: [
      application('jwt-app'),
      application('opaque-app'),
      {
        client_id: shop.id,
        client_secret: shop.secret,
        redirect_uris: [],
        grant_types: [EXCHANGE],
        response_types: [],
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256', introspection_signed_response_alg: 'ES256' },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'edge-public', alg: 'ES256', use: 'sig' }] },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: () => ({ email: 'alice@mail.example' }),
    features: {
      devInteractions: { enabled: true },
      introspection: { enabled: true },
      jwtIntrospection: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string, { clientId }: { clientId: string }) => ({
          audience: resource,
          scope: 'shop.user',
          accessTokenTTL: 600,
          accessTokenFormat: clientId === 'opaque-app' ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
  exchanging(provider, { issuer, publicKey, from: OUTSIDE, to: INSIDE })

  let questions = 0
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.method === 'POST') questions += 1
    return answer(request, response)
  })
  return { issuer, shop, questions: () => questions, close: () => server.close() }
}
