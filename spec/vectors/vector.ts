/** One vector, as its file has it. README.md beside this file says what each field means. */
export interface Vector {
  readonly description: string
  readonly now: number
  readonly receiver: VectorReceiver
  readonly registry: readonly VectorRegistryEntry[] | 'unavailable'
  readonly request?: VectorRequest
  readonly binding?: 'request' | 'target'
  readonly before?: readonly VectorPresentation[]
  readonly presentation: string | null
  readonly expected: VectorAccepted | VectorRefused
}

export interface VectorReceiver {
  readonly name: string
  readonly operation: string
  readonly edges?: readonly string[]
  readonly claimsAlongChain?: Readonly<Record<'narrowing' | 'constant', readonly string[]>>
  readonly policy?: string
  readonly limits?: Readonly<Record<string, number>>
  readonly mode?: 'observe'
  readonly initialToken?: VectorInitialToken
  readonly registrars?: readonly object[]
  readonly replay?: 'full' | 'unavailable' | 'young'
}

export interface VectorInitialToken {
  readonly accept: readonly {
    readonly issuer: string
    readonly audience: string
    readonly algorithms: readonly ('ES256' | 'EdDSA')[]
    readonly jwks: { readonly keys: readonly object[] } | 'unavailable'
    readonly origin?: VectorOrigin
  }[]
  readonly user?: true
}

export interface VectorOrigin {
  readonly claim: 'azp' | 'client_id'
  readonly clients?: Readonly<Record<string, string | readonly string[]>>
}

export interface VectorRegistryEntry {
  readonly service: string
  readonly kid: string
  readonly registration?: string
  readonly revoked?: true
}

export interface VectorRequest {
  readonly method: string
  readonly target: string
  readonly body?: string
  readonly streamed?: true
}

export interface VectorPresentation {
  readonly presentation: string
  /** `accepted`, or a code. */
  readonly expected: string
}

export interface VectorAccepted {
  readonly callStack: readonly object[]
  readonly initialToken?: { readonly kind: string; readonly claims: object }
  readonly transaction: string
  /** `reject` where the receiver only observes. */
  readonly decision: 'accept' | 'reject'
}

export interface VectorRefused {
  readonly code: string
  readonly invariant: number | null
  readonly hop?: number
}

/** Every field that a vector may have, by the object that it stands in. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  vector: ['description', 'now', 'receiver', 'registry', 'request', 'binding', 'before', 'presentation', 'expected'],
  receiver: [
    'name',
    'operation',
    'edges',
    'claimsAlongChain',
    'policy',
    'limits',
    'mode',
    'initialToken',
    'registrars',
    'replay',
  ],
  claimsAlongChain: ['narrowing', 'constant'],
  limits: [
    'presentationCharacters',
    'depthHops',
    'skewSeconds',
    'hopLifetimeSeconds',
    'presentationSeconds',
    'unknownKeyLookupsPerSecond',
  ],
  initialToken: ['accept', 'user'],
  issuer: ['issuer', 'audience', 'algorithms', 'jwks', 'origin'],
  entry: ['service', 'kid', 'registration', 'revoked'],
  request: ['method', 'target', 'body', 'streamed'],
  before: ['presentation', 'expected'],
  accepted: ['callStack', 'initialToken', 'transaction', 'decision'],
  refused: ['code', 'invariant', 'hop'],
}

/** Fields of a vector that nobody knows, by their paths. A vector that has one says something that is not checked. */
export function unknownFields(vector: Vector): string[] {
  const { receiver, registry, request, before = [], expected } = vector
  const stray = (kind: string, object: object | undefined) =>
    Object.keys(object ?? {})
      .filter(name => !FIELDS[kind]?.includes(name))
      .map(name => `${kind}.${name}`)
  return [
    stray('vector', vector),
    stray('receiver', receiver),
    stray('claimsAlongChain', receiver.claimsAlongChain),
    stray('limits', receiver.limits),
    stray('initialToken', receiver.initialToken),
    ...(receiver.initialToken?.accept ?? []).map(issuer => stray('issuer', issuer)),
    ...(registry === 'unavailable' ? [] : registry.map(entry => stray('entry', entry))),
    stray('request', request),
    ...before.map(presentation => stray('before', presentation)),
    stray('code' in expected ? 'refused' : 'accepted', expected),
  ].flat()
}
