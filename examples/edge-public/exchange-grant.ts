/**
 * Token exchange (RFC 8693) for oidc-provider, which has none of its own: a JWT for the edge becomes one for inside. It is the
 * authorization server's part, and what a product would bring.
 */
import type { KeyObject } from 'node:crypto'
import { jwtVerify } from 'jose'

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

export interface Exchange {
  readonly issuer: string
  readonly publicKey: KeyObject
  /** The audience of tokens that are exchanged, and that of the new ones. */
  readonly from: string
  readonly to: string
}

/** The parts of oidc-provider that a grant touches; it brings no types. */
interface Extensible {
  readonly Client: { find(id: string): Promise<unknown> }
  readonly AccessToken: new (members: object) => { resourceServer: unknown; save(): Promise<string> }
  readonly ResourceServer: new (identifier: string, info: object) => unknown
  registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: readonly string[]): void
}

interface Context {
  status: number
  body: unknown
  readonly oidc: {
    readonly params: Readonly<Record<string, string | undefined>>
    readonly client: { readonly clientId: string }
  }
}

/** Teaches it to a provider. */
export function exchanging(provider: object, { issuer, publicKey, from, to }: Exchange): void {
  const { registerGrantType, Client, AccessToken, ResourceServer } = provider as Extensible

  const exchange = async (context: Context): Promise<void> => {
    const { params, client } = context.oidc
    if (params.subject_token_type !== ACCESS_TOKEN) return refuse(context, 'invalid_request')
    if (params.audience !== to) return refuse(context, 'invalid_target')
    const user = await readSubject(params.subject_token ?? '')
    if (user === undefined) return refuse(context, 'invalid_grant')
    const token = new AccessToken({
      accountId: user.sub,
      client: await Client.find(client.clientId),
      scope: user.scope,
      expiresIn: 120,
    })
    const info = { audience: to, scope: 'shop.user', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
    token.resourceServer = new ResourceServer(to, info)
    context.body = {
      access_token: await token.save(),
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: 120,
    }
  }

  const readSubject = async (token: string) => {
    const rules = { issuer, audience: from, typ: 'at+jwt', algorithms: ['ES256'] }
    const verified = await jwtVerify(token, publicKey, rules).catch(() => undefined)
    const { sub, scope } = verified?.payload ?? {}
    return typeof sub === 'string' && typeof scope === 'string' ? { sub, scope } : undefined
  }

  const parameters = ['subject_token', 'subject_token_type', 'requested_token_type', 'audience']
  registerGrantType.call(provider, EXCHANGE, exchange, parameters)
}

function refuse(context: Context, error: string): void {
  context.status = 400
  context.body = { error }
}
