/** Three ways from the token of an application to what a chain begins with: never the token itself. */
import { jwtIssuer, type ServiceOptions } from 'countersign'
import type { PublicClientOptions } from 'countersign/express'
import { phantomToken, tokenExchange } from 'countersign/oauth'
import { type ApplicationId, type AuthorizationServer, INSIDE, OUTSIDE } from './authorization-server.js'

export interface Variant {
  readonly title: string
  /** Whose tokens the edge takes. */
  readonly application: ApplicationId
  readonly edge: PublicClientOptions
  /** What shop may embed, and those behind it accept: user claims alone, if there is nothing here. */
  readonly initialToken?: NonNullable<ServiceOptions['initialToken']>
}

export function variantsFor({ issuer, shop }: AuthorizationServer): readonly Variant[] {
  const common = { issuer, jwksUri: `${issuer}/jwks`, algorithms: ['ES256'] } as const
  const accessTokens = jwtIssuer({ ...common, audience: OUTSIDE, types: ['at+jwt'] })

  // 1. The edge verifies the token, and asserts two of its claims. Those inside believe the edge.
  const asserted: Variant = {
    title: 'asserted claims',
    application: 'jwt-app',
    edge: { accept: accessTokens, keep: ['sub', 'scope'] },
  }

  // 2. The edge gets another token for it (RFC 8693). Those inside verify it themselves; the edge accepts none of its audience.
  const inside = jwtIssuer({ ...common, audience: INSIDE, types: ['at+jwt'], origin: { claim: 'client_id' } })
  const exchanged: Variant = {
    title: 'exchange',
    application: 'jwt-app',
    edge: {
      accept: accessTokens,
      exchange: tokenExchange({ issuer, endpoint: `${issuer}/token`, client: shop, audience: INSIDE }),
    },
    initialToken: { accept: [inside] },
  }

  // 3. The token says nothing. What the server knows of it comes as a JWT (RFC 9701), which those inside verify themselves.
  const answers = jwtIssuer({ ...common, audience: [shop.id, OUTSIDE], types: ['token-introspection+jwt'] })
  const phantom: Variant = {
    title: 'phantom token',
    application: 'opaque-app',
    edge: { phantom: phantomToken({ issuer, endpoint: `${issuer}/token/introspection`, client: shop }) },
    initialToken: { accept: [answers] },
  }

  return [asserted, exchanged, phantom]
}
