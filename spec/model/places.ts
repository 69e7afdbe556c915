/** What the model knows of a place in the registry: that a key is registered there in a window, soundly, and not revoked. */
export interface Place {
  readonly from: number
  readonly until: number
  readonly isSound: boolean
  readonly isRevoked: boolean
}

interface Kept {
  readonly place: Place
  /** What a receiver may still believe while it cannot ask: the last good state, and when it ended. */
  readonly former: { readonly place: Place; readonly endedAt: number } | undefined
}

// docs/wire-format.md, section 7: a key found earlier serves for so long while the registry is down.
const STALE_SECONDS = 600

/** The registry as it should be understood, written down beside it. */
export class Places {
  readonly #kept = new Map<string, Kept>()

  register(service: string, kid: string, place: Omit<Place, 'isRevoked'>, now: number): void {
    const { from, until, isSound } = place
    if (!this.find(service, kid)?.isRevoked) this.#keep(service, kid, { from, until, isSound, isRevoked: false }, now)
  }

  revoke(service: string, kid: string, now: number): void {
    const place = this.find(service, kid) ?? { from: 0, until: 0, isSound: false }
    this.#keep(service, kid, { ...place, isRevoked: true }, now)
  }

  find(service: string, kid: string): Place | undefined {
    return this.#kept.get(placeOf(service, kid))?.place
  }

  /** What a receiver may believe that cannot ask: what is there, or the last good state if that is not long ago. */
  findStale(service: string, kid: string, now: number): Place | undefined {
    const kept = this.#kept.get(placeOf(service, kid))
    if (kept === undefined || isGood(kept.place)) return kept?.place
    const { former, place } = kept
    return former !== undefined && now - former.endedAt <= STALE_SECONDS ? former.place : place
  }

  #keep(service: string, kid: string, place: Place, now: number): void {
    const before = this.#kept.get(placeOf(service, kid))
    const former = before && isGood(before.place) ? { place: before.place, endedAt: now } : before?.former
    this.#kept.set(placeOf(service, kid), { place, former })
  }
}

function isGood({ isSound, isRevoked }: Place): boolean {
  return isSound && !isRevoked
}

function placeOf(service: string, kid: string): string {
  return `${service}/${kid}`
}
