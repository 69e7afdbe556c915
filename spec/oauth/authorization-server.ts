import { generateKeyPairSync } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a spec asks of a token that it has issued. */
export interface IssueOptions {
  readonly client?: string
  readonly sub?: string
  readonly scope?: string
  /** Who it is for; `https://shop.example` if absent. */
  readonly resource?: string
  readonly seconds?: number
}

/** A real authorization server (oidc-provider) on a loopback port. */
export interface AuthorizationServer {
  readonly issuer: string
  /** Requests to its endpoints so far, as `POST /token`. */
  readonly requests: string[]
  /** The last form that each endpoint was sent. */
  readonly forms: Map<string, URLSearchParams>
  /** What the introspection endpoint says of remembering its answers; the server itself says `no-store` to everything. */
  cacheControl: string | undefined
  /** Answers in place of the server, where it is set. */
  answer: RequestListener | undefined
  /** Issues an opaque access token, as a login would. */
  issueOpaque(options?: IssueOptions): Promise<string>
  /** Issues a JWT access token (RFC 9068), as a login would. */
  issueJwt(options?: IssueOptions): Promise<string>
  /** Issues a refresh token; for a resource, if one is named. */
  issueRefresh(options?: IssueOptions): Promise<string>
  /** Revokes an opaque token. */
  revoke(token: string): Promise<void>
  close(): Promise<void>
}

/** The clients that it knows, with their secrets. `keyed` authenticates with KEYED instead. */
export const SECRETS = { shop: 'shop secret: 1 & 2', spa: 'spa-secret', inventory: 'inventory-secret' }
export const KEYED = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ON_BEHALF = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const TYPE = 'urn:ietf:params:oauth:token-type:'

/** The parts of oidc-provider that the specs touch; it brings no types. */
interface Token {
  accountId: string
  clientId: string
  isValid: boolean
  resourceServer: unknown
  extra: unknown
  exp: number
  save(): Promise<string>
  destroy(): Promise<void>
}
interface Model {
  new (members: Record<string, unknown>): Token
  find(value: string): Promise<Token | undefined>
}
interface Context {
  body: unknown
  status: number
  path: string
  set(name: string, value: string): void
  oidc: { params: Record<string, string | undefined>; client: { clientId: string } }
}
interface Provider {
  callback(): RequestListener
  AccessToken: Model
  RefreshToken: Model
  Grant: new (
    members: Record<string, unknown>,
  ) => {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
  Client: { find(id: string): Promise<unknown> }
  ResourceServer: new (identifier: string, info: object) => unknown
  registerGrantType(
    name: string,
    handler: (context: Context, next: () => Promise<void>) => Promise<void>,
    parameters: string[],
    duplicates?: string[],
  ): void
}

/** Starts one. It exchanges tokens for any `audience`, and puts the actor into the new token. */
export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = await makeProvider(issuer)
  const state = {
    requests: [] as string[],
    forms: new Map<string, URLSearchParams>(),
    answer: undefined,
    cacheControl: undefined,
  } as {
    requests: string[]
    forms: Map<string, URLSearchParams>
    answer: RequestListener | undefined
    cacheControl: string | undefined
  }
  const handle = provider.callback()
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    state.requests.push(`${request.method} ${path}`)
    if (state.answer !== undefined && path !== '/jwks') return state.answer(request, response)
    const { setHeader } = response
    response.setHeader = (name, value) => {
      const isHint = name.toLowerCase() === 'cache-control' && path === '/token/introspection'
      return setHeader.call(response, name, isHint && state.cacheControl !== undefined ? state.cacheControl : value)
    }
    return handle(request, response)
  })
  observeForms(server, state.forms)

  async function make(format: 'opaque' | 'jwt', options: IssueOptions): Promise<string> {
    const {
      client = 'spa',
      sub = 'alice',
      scope = 'shop.user',
      resource = 'https://shop.example',
      seconds = 600,
    } = options
    const grant = new provider.Grant({ accountId: sub, clientId: client })
    grant.addResourceScope(resource, scope)
    const token = new provider.AccessToken({
      accountId: sub,
      client: await provider.Client.find(client),
      grantId: await grant.save(),
      gty: 'authorization_code',
      scope,
      expiresIn: seconds,
      extra: { department: 'toys', email: `${sub}@example.com` },
    })
    token.resourceServer = new provider.ResourceServer(resource, resourceInfo(resource, format))
    return await token.save()
  }

  return Object.assign(state, {
    issuer,
    issueOpaque: (options: IssueOptions = {}) => make('opaque', options),
    issueJwt: (options: IssueOptions = {}) => make('jwt', options),
    issueRefresh: async ({ client = 'spa', sub = 'alice', scope = 'shop.user', resource }: IssueOptions = {}) => {
      const grant = new provider.Grant({ accountId: sub, clientId: client })
      grant.addOIDCScope(scope)
      if (resource !== undefined) grant.addResourceScope(resource, scope)
      const members = { accountId: sub, client: await provider.Client.find(client), grantId: await grant.save(), scope }
      return await new provider.RefreshToken({ ...members, resource, gty: 'authorization_code' }).save()
    },
    revoke: async (token: string) => await (await provider.AccessToken.find(token))?.destroy(),
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

function resourceInfo(resource: string, accessTokenFormat: 'opaque' | 'jwt') {
  return {
    audience: resource,
    scope: 'shop.user partner.order',
    accessTokenTTL: 600,
    accessTokenFormat,
    jwt: { sign: { alg: 'ES256' } },
  }
}

/** oidc-provider tells whoever runs it that Node 20 is old, and that memory is not for production: true, and meant here. */
async function makeProvider(issuer: string): Promise<Provider> {
  const { info, warn } = console
  console.info = console.warn = () => {}
  try {
    const { Provider } = await import('oidc-provider')
    const provider = new Provider(issuer, configuration()) as unknown as Provider
    registerExchanges(provider)
    return provider
  } finally {
    Object.assign(console, { info, warn })
  }
}

function configuration() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const common = {
    grant_types: [EXCHANGE, ON_BEHALF, 'client_credentials', 'refresh_token', 'authorization_code'],
    redirect_uris: ['https://app.example/callback'],
  }
  const clients = Object.entries(SECRETS).map(([client_id, client_secret]) => ({ ...common, client_id, client_secret }))
  const jwks = { keys: [{ ...KEYED.publicKey.export({ format: 'jwk' }), kid: 'keyed-1', use: 'sig', alg: 'ES256' }] }
  const keyed = { ...common, client_id: 'keyed', token_endpoint_auth_method: 'private_key_jwt', jwks }
  const posting = {
    ...common,
    client_id: 'posting',
    client_secret: 'posting-secret',
    token_endpoint_auth_method: 'client_secret_post',
  }
  return {
    clients: [...clients, keyed, posting].map(client => ({ ...client, introspection_signed_response_alg: 'ES256' })),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: ['a key for cookies that nobody sees'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'server-1', alg: 'ES256', use: 'sig' }] },
    scopes: ['openid', 'offline_access', 'shop.user'],
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: (_context: unknown, token: Token) => token.extra,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => resourceInfo(resource, 'jwt'),
      },
    },
    ttl: {
      Grant: 3600,
      RefreshToken: 3600,
      ClientCredentials: 600,
      AccessToken: (_context: unknown, token: { expiresIn?: number }) => token.expiresIn ?? 600,
    },
  }
}

/** Both forms give a JWT for the audience that was asked for, with the subject's user. */
function registerExchanges(provider: Provider): void {
  const refuse = (context: Context, error: string) => {
    context.status = 400
    context.body = { error, error_description: 'a secret: what was sent' }
  }
  const issue = async (context: Context, subjectToken: string | undefined, issuedType: string | undefined) => {
    const { params, client } = context.oidc
    const subject = await provider.AccessToken.find(subjectToken ?? '')
    const asserted = subject === undefined ? readAssertion(subjectToken ?? '', client.clientId) : undefined
    const accountId = subject?.isValid ? subject.accountId : asserted?.sub
    if (accountId === undefined) return refuse(context, 'invalid_grant')
    const resource = params.audience ?? params.resource ?? 'https://shop.example'
    const actor = params.actor_token === undefined ? undefined : readAssertion(params.actor_token, client.clientId)
    const token = new provider.AccessToken({
      accountId,
      client: await provider.Client.find(client.clientId),
      scope: params.scope ?? 'shop.user',
      extra: actor === undefined ? undefined : { act: { sub: actor.sub, act: actor.callers } },
    })
    token.resourceServer = new provider.ResourceServer(resource, resourceInfo(resource, 'jwt'))
    context.body = {
      access_token: await token.save(),
      token_type: 'Bearer',
      expires_in: 600,
      ...(issuedType && { issued_token_type: issuedType }),
    }
  }
  const parameters = [
    'audience',
    'resource',
    'scope',
    'requested_token_type',
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
    'assertion',
    'requested_token_use',
  ]
  provider.registerGrantType(
    EXCHANGE,
    async context => issue(context, context.oidc.params.subject_token, `${TYPE}access_token`),
    parameters,
  )
  provider.registerGrantType(
    ON_BEHALF,
    async context => {
      if (context.oidc.params.requested_token_use !== 'on_behalf_of') return refuse(context, 'invalid_request')
      return await issue(context, context.oidc.params.assertion, undefined)
    },
    parameters,
  )
}

interface Assertion {
  readonly sub?: string
  readonly callers?: object
}

/** A JWT that a client signed: trusted here for its claims, verified in the specs. */
function readAssertion(jwt: string, client: string): Assertion | undefined {
  try {
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
    return claims.iss === client ? claims : undefined
  } catch {
    return undefined
  }
}

function observeForms(server: Server, forms: Map<string, URLSearchParams>): void {
  server.prependListener('request', request => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => forms.set(request.url ?? '', new URLSearchParams(Buffer.concat(chunks).toString())))
    request.pause()
  })
}
