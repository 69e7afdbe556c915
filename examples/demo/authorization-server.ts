/** A real authorization server: oidc-provider, with its own pages for login and consent. Anybody may log in, with any password. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listening, settings } from './stage.js'

// oidc-provider tells whoever runs it that Node 20 is old, and that memory, dev pages and the like are not for production.
// True, and meant here: this process says nothing. It has to be silenced before it is loaded.
console.info = console.warn = () => undefined
const { Provider } = await import('oidc-provider')

const { shop, client } = await settings<{ shop: string; client: { id: string; secret: string } }>()
const server = createServer()
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [`${shop}/callback`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'demo', alg: 'ES256', use: 'sig' }] },
  pkce: { required: () => true },
  findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Access tokens that anybody can verify: JWTs (RFC 9068), for those behind shop.
      getResourceServerInfo: (_context: unknown, resource: string) => ({
        audience: resource,
        scope: 'shop.user',
        accessTokenTTL: 600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})

server.on('request', provider.callback())
listening(server)
