import { createHash } from 'node:crypto'
import { systemClock } from '../../clock.js'
import { KeyRevoked } from '../../errors.js'
import { parseUnverifiedCompact } from '../../jws/compact.js'
import { parseStrictJson } from '../../jws/strict-json.js'
import { REGISTRATION_KEPT_SECONDS } from '../../limits/registries.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import type { Publication } from '../../model/registry.js'
import type { RegistrationSet } from './registration-set.js'

// No compact JWS has one.
const JSON_BEGINS = '{'

/** A set as it goes over the wire. */
export interface ServedSet {
  readonly body: string
  readonly entityTag: string
}

/** A service's own keys in this process's memory, to be served. */
export class OwnKeys implements RegistrationSet {
  readonly #publications = new Map<string, Publication>()
  readonly revoked = new Set<string>()

  get registrations(): ReadonlyMap<string, string> {
    return new Map([...this.#publications].map(([kid, { registration }]) => [kid, registration]))
  }

  publish(publication: Publication): void {
    const { service, kid } = publication
    if (this.revoked.has(kid)) throw new KeyRevoked(`the key \`${kid}\` of \`${service}\` was revoked`)
    this.#forgetExpired(systemClock())
    this.#publications.set(kid, Object.freeze({ ...publication }))
  }

  revoke(kid: string): void {
    this.revoked.add(kid)
  }

  /** Everything, as a JWK Set; of what was revoked, the kids alone. */
  serve(): ServedSet {
    const current = [...this.#publications.values()].filter(({ kid }) => !this.revoked.has(kid))
    const body = JSON.stringify({ keys: current.map(describeKey), revoked: [...this.revoked] })
    return { body, entityTag: `"${createHash('sha256').update(body).digest('base64url')}"` }
  }

  #forgetExpired(now: number): void {
    for (const [kid, { expiresAt }] of this.#publications) {
      if (expiresAt + REGISTRATION_KEPT_SECONDS < now) this.#publications.delete(kid)
    }
  }
}

/** The key that a registration registers, with the registration. */
function describeKey({ kid, registration }: Publication): JsonObject {
  return { ...registeredJwk(registration), kid, use: 'sig', registration }
}

/** For those who read the set for other purposes; no reader of ours relies on it. In a certification the registration is the payload. */
function registeredJwk(text: string): JsonObject {
  try {
    const { payload } = parseUnverifiedCompact(text)
    if (payload.includes(JSON_BEGINS)) return toObject(parseStrictJson(payload).jwk)
    return registeredJwk(payload.toString('latin1'))
  } catch {
    return {}
  }
}

function toObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}
