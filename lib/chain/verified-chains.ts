import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { HopHeader } from '../jws/protected-header.js'
import { KeyMap } from '../key-map.js'
import { MAX_PRESENTATION_CHARACTERS, MAX_VERIFIED_CHAINS, MAX_VERIFIED_CHAINS_BYTES } from '../limits/chains.js'
import type { Registration } from '../model/registration.js'
import type { Place } from '../registry/place.js'
import type { KnownChain } from './presentation.js'
import { SeenChains } from './seen-chains.js'

/** How much a memory of verified chains may hold. */
export interface VerifiedChainsBounds {
  readonly chains: number
  readonly bytes: number
}

/** A hop whose signature verified, and the registration of the key that it was made with. */
export interface VerifiedHop {
  readonly header: HopHeader
  readonly registration: Registration
}

/** Where one text is remembered, or can be. */
export interface ChainPlace {
  /** What is known of the text, if it came more than once. */
  readonly known: KnownChain | undefined
  /** Whether it came once, as far as is remembered. */
  readonly wasSeen: boolean
  /** Whether it came once, and the signature of this service's key in it verified then: the key was in no doubt since. */
  readonly vouchesFor: (service: string, kid: string) => boolean
  /** Remembers that the text, which stood inside an accepted call, verified; it is over when its first hop ends. */
  readonly see: (expiresAt: number) => void
  /** Remembers all of the text: its hops, newest first, and how long what follows them is. */
  readonly remember: (hops: readonly VerifiedHop[], initialTokenCharacters: number) => void
}

interface VerifiedChain extends KnownChain {
  /** Characters of its text. */
  readonly length: number
  /** When the first of its hops ends, in seconds since the epoch. */
  readonly expiresAt: number
}

const BOUNDS: VerifiedChainsBounds = { chains: MAX_VERIFIED_CHAINS, bytes: MAX_VERIFIED_CHAINS_BYTES }
// Measured: a chain's own objects, those of each hop, and what parsed claims take for a character of JSON at worst.
const BYTES_PER_CHAIN = 400
const BYTES_PER_HOP = 300
const BYTES_PER_CLAIMS_CHARACTER = 40

// Shorter parts of a text are copies already.
const POINTING_CHARACTERS = 13
// Where they are copied: a buffer for each would cost more.
const passage = Buffer.alloc(MAX_PRESENTATION_CHARACTERS)

/**
 * The chains that one service has received inside accepted calls: that each signature verified under its (`iss`, `kid`, `alg`), and of
 * those that came again, what it read in them. Nothing else is remembered (invariant 22): whoever uses it judges the keys, the times and
 * all the rest anew. Found by the SHA-256 of the whole text, so that nobody can make another text that finds it.
 */
export class VerifiedChains {
  readonly #seen: SeenChains
  readonly #chains: LRUCache<string, VerifiedChain>
  /** The digests of the chains with a hop that a key has signed: forgetting it is quick, however much is remembered. */
  readonly #digests = new KeyMap<Set<string>>()
  /** The second in which chains whose time is over were last dropped. */
  #droppedAt = Number.NEGATIVE_INFINITY

  constructor({ chains, bytes }: VerifiedChainsBounds = BOUNDS, seen = new SeenChains()) {
    this.#seen = seen
    this.#chains = new LRUCache({
      max: chains,
      maxSize: bytes,
      sizeCalculation: weigh,
      dispose: ({ headers }, digest) => {
        for (const { iss, kid } of headers) this.#takeOut(iss, kid, digest)
      },
    })
  }

  /** Of how many all is remembered. */
  get size(): number {
    return this.#chains.size
  }

  /** The place of a text. A chain whose time is over is dropped. */
  at(text: string, now: number): ChainPlace {
    const { length } = text
    const digest = hash('sha256', text, 'binary')
    const begunAt = this.#seen.moment
    const known = this.#find(digest, length, now)
    const seenAt = known === undefined ? this.#seen.find(digest, now) : undefined
    return {
      known,
      wasSeen: seenAt !== undefined,
      vouchesFor: (service, kid) => seenAt !== undefined && !this.#seen.isDoubted({ service, kid }, seenAt),
      see: expiresAt => this.#seen.put(digest, expiresAt, begunAt),
      remember: (hops, initialTokenCharacters) => {
        // What came meanwhile may be younger than the verification.
        if (hops.some(({ registration }) => this.#seen.isDoubted(registration, begunAt))) return
        this.#dropExpired(now)
        const headers = hops.map(compact)
        const expiresAt = Math.min(...headers.map(({ exp }) => exp))
        this.#chains.set(digest, { headers, initialTokenCharacters, length, expiresAt })
        // One that is too large was not taken.
        if (!this.#chains.has(digest)) return
        for (const { iss, kid } of headers) this.#putIn(iss, kid, digest)
      },
    }
  }

  /** From the one that was used least recently up to one that still lives: bounded all the same. */
  #dropExpired(now: number): void {
    if (now === this.#droppedAt) return
    this.#droppedAt = now
    for (const digest of this.#chains.rkeys()) {
      const chain = this.#chains.peek(digest)
      if (chain === undefined || chain.expiresAt > now) return
      this.#chains.delete(digest)
    }
  }

  #find(digest: string, length: number, now: number): KnownChain | undefined {
    const chain = this.#chains.get(digest)
    if (chain === undefined || chain.length !== length) return undefined
    if (chain.expiresAt > now) return chain
    this.#chains.delete(digest)
    return undefined
  }

  /** Drops every chain with a hop that a service signed with a key, and has nothing vouch for that key's signatures. */
  forgetKey({ service, kid }: Place): void {
    this.#seen.doubt({ service, kid })
    for (const digest of this.#digests.get(service, kid) ?? []) this.#chains.delete(digest)
  }

  #putIn(service: string, kid: string, digest: string): void {
    const digests = this.#digests.get(service, kid)
    if (digests === undefined) this.#digests.set(service, kid, new Set([digest]))
    else digests.add(digest)
  }

  #takeOut(service: string, kid: string, digest: string): void {
    const digests = this.#digests.get(service, kid)
    digests?.delete(digest)
    if (digests?.size === 0) this.#digests.delete(service, kid)
  }
}

/**
 * Without what only the newest hop needs, and what only the origin's says; and without holding on to the text that it was read from:
 * the engine makes a part of a text by pointing into the whole. The registrations have the same names, custody included. One literal
 * makes all hops, of one shape; to spread one object into another would cost more than all the rest here.
 */
function compact({ header, registration }: VerifiedHop, index: number, hops: readonly VerifiedHop[]): HopHeader {
  const { cty, aud, op, jti, iat, exp, txn, claims } = header
  return Object.freeze({
    alg: registration.algorithm,
    kid: registration.kid,
    cty: txn === undefined ? undefined : cty,
    iss: registration.service,
    aud: hops[index - 1]?.registration.service ?? copy(aud),
    op: copy(op),
    jti: copy(jti),
    iat,
    exp,
    txn: txn === undefined ? undefined : copy(txn),
    claims,
  })
}

function copy(text: string): string {
  return text.length < POINTING_CHARACTERS ? text : passage.toString('latin1', 0, passage.write(text, 'latin1'))
}

function weigh({ headers }: VerifiedChain): number {
  let bytes = BYTES_PER_CHAIN + BYTES_PER_HOP * headers.length
  for (const { claims } of headers) {
    if (claims !== undefined) bytes += BYTES_PER_CLAIMS_CHARACTER * JSON.stringify(claims).length
  }
  return bytes
}
