/** A real authorization server: oidc-provider, with its own pages for login, consent and logout. Anybody may log in, with any password. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { type EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// oidc-provider tells whoever runs it that Node 20 is old, and that memory, dev pages and the like are not for production.
// True, and meant here. It has to be silenced before it is loaded.
console.info = console.warn = () => undefined
const { Provider } = await import('oidc-provider')

/** Who access tokens are for (RFC 8707): services of the shop. */
export const RESOURCE = 'https://shop.example'
/** So short that nobody has to wait long until one is refreshed. */
const ACCESS_TOKEN_SECONDS = 18

// What happens to what it has issued, as it calls it.
const EVENTS = ['refresh_token.consumed', 'grant.revoked', 'end_session.success'] as const

export interface AuthorizationServer {
  readonly issuer: string
  /** How shop identifies itself. */
  readonly client: { readonly id: string; readonly secret: string }
  /** What happened until now. */
  readonly happened: readonly string[]
  readonly close: () => void
}

/** Starts one, for the web application at this URL. */
export async function startAuthorizationServer(shop: string): Promise<AuthorizationServer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { id: 'web-shop', secret: randomBytes(32).toString('base64url') }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${shop}/callback`],
        post_logout_redirect_uris: [`${shop}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'edge-session', alg: 'ES256', use: 'sig' }] },
    pkce: { required: () => true },
    // A refresh token is good once: one that comes a second time was stolen, and ends the whole grant.
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          audience: resource,
          scope: 'shop.user',
          accessTokenTTL: ACCESS_TOKEN_SECONDS,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })

  const happened: string[] = []
  for (const name of EVENTS) (provider as unknown as EventEmitter).on(name, () => happened.push(name))
  server.on('request', provider.callback())
  return { issuer, client, happened, close: () => server.close() }
}
