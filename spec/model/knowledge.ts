import { dissect } from '../forge/dissection.js'
import type { Reference } from './moves.js'

/** What the adversary has seen: chains, and the secrets that he saw with them. */
export class Knowledge {
  readonly #chains = new Map<number, string[]>()
  readonly #secrets = new Map<string, string>()

  /** A presentation on a wire that he taps, or addressed to a service that he holds: with everything inside it. */
  seePresentation(move: number, presentation: string): void {
    const { secret, hops } = dissect(presentation)
    const [newest] = hops
    if (newest !== undefined) this.#secrets.set(newest.header.jti, secret)
    this.#chains.set(
      move,
      hops.map(({ encodedHeader, signature, payload }) => join(`${encodedHeader}..${signature}`, payload)).reverse(),
    )
  }

  /** A secret that he made himself. */
  keepSecret(jti: string, secret: string): void {
    this.#secrets.set(jti, secret)
  }

  /** The chain of a reference, if he knows so much of it. */
  chainOf({ move, hop }: Reference): string | undefined {
    return this.#chains.get(move)?.[hop]
  }

  secretOf(jti: string): string | undefined {
    return this.#secrets.get(jti)
  }
}

function join(hop: string, payload: string): string {
  return payload === '' ? hop : `${hop}~${payload}`
}
