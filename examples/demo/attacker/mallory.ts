/** mallory: a stranger. She may write below her own name in the registry, as every service may, and nowhere else. */
import { digestOf, type Key, makeKey, makeSecret, sha256, signCompact, signHop } from './presentation.js'
import { type Access, openStore, type Write } from './stores.js'
import type { WireRequest } from './wire-tap.js'

const NAME = 'mallory'

/** What mallory says of a call. */
export interface Ask {
  readonly audience: string
  readonly operation: string
  readonly request: WireRequest
  /** What stands right of her hop: a chain, a token, or nothing. */
  readonly around?: { readonly type: 'hop+jws' | 'jwt'; readonly text: string; readonly expiresAt: number } | undefined
  /** Another key than her own. */
  readonly key?: Key
}

export class Mallory {
  readonly #write: Write
  readonly #key = makeKey()

  constructor(registry: Access) {
    this.#write = openStore(registry)
  }

  /** Registers her own key. */
  async begin(): Promise<void> {
    await this.register(this.#key)
  }

  /** Writes a registration for a key, below her own name. It may claim to be another service's. */
  async register(key: Key, service = NAME): Promise<void> {
    const refusal = await this.#write(NAME, key.kid, registrationOf(key, service))
    if (refusal !== undefined) throw new Error(`the registry refused mallory's own registration: ${refusal}`)
  }

  /** Writes a registration for a key of her own below another's name: resolves to what the registry says to that. */
  async trespass(victim: string): Promise<string | undefined> {
    const key = makeKey()
    return await this.#write(victim, key.kid, registrationOf(key, victim))
  }

  /** A request with a presentation that mallory signed: a hop of her own, around whatever she found. */
  present({ audience, operation, request, around, key = this.#key }: Ask): WireRequest {
    const secret = makeSecret()
    const header = {
      alg: 'ES256',
      kid: key.kid,
      typ: 'hop+jws',
      ...(around && { cty: around.type }),
      iss: NAME,
      aud: audience,
      op: operation,
      jti: sha256(secret),
      iat: now(),
      exp: Math.min(now() + 60, around?.expiresAt ?? Number.POSITIVE_INFINITY),
      ...(around?.type !== 'hop+jws' && { txn: makeSecret() }),
      req: digestOf(request.method, request.target, request.body),
    }
    const hop = signHop(header, around?.text ?? '', key)
    const presentation = [secret, hop, ...(around ? [around.text] : [])].join('~')
    return { ...request, headers: { ...request.headers, countersign: presentation } }
  }
}

function registrationOf(key: Key, service: string): string {
  const header = { alg: 'ES256', kid: key.kid, typ: 'registration+jws' }
  const payload = { service, jwk: key.jwk, alg: 'ES256', nbf: now(), exp: now() + 3600 }
  return signCompact(header, JSON.stringify(payload), key)
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
