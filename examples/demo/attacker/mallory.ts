/** mallory: a stranger. She may write below her own name in the registry, as every service may, and nowhere else. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, type Key, makeKey, makeSecret, sha256, signCompact, signHop } from './presentation.js'
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
  readonly #folder: string
  readonly #key = makeKey()

  constructor(registry: string) {
    this.#folder = join(registry, NAME)
    mkdirSync(this.#folder, { recursive: true })
    this.register(this.#key)
  }

  /** Writes a registration for a key, below her own name. It may claim to be another service's. */
  register(key: Key, service = NAME): void {
    const header = { alg: 'ES256', kid: key.kid, typ: 'registration+jws' }
    const payload = { service, jwk: key.jwk, alg: 'ES256', nbf: now(), exp: now() + 3600 }
    const draft = join(this.#folder, 'draft')
    writeFileSync(draft, signCompact(header, JSON.stringify(payload), key))
    renameSync(draft, join(this.#folder, key.kid))
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

function now(): number {
  return Math.floor(Date.now() / 1000)
}
