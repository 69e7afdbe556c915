/** Something for each key of each service. A look-up puts no text together: that would cost more than the looking up. */
export class KeyMap<V> {
  readonly #services = new Map<string, Map<string, V>>()

  get(service: string, kid: string): V | undefined {
    return this.#services.get(service)?.get(kid)
  }

  /** What there is for one service, by kid: in the order in which its keys came. */
  of(service: string): ReadonlyMap<string, V> {
    return this.#services.get(service) ?? new Map()
  }

  set(service: string, kid: string, value: V): void {
    const keys = this.#services.get(service)
    if (keys === undefined) this.#services.set(service, new Map([[kid, value]]))
    else keys.set(kid, value)
  }

  delete(service: string, kid: string): void {
    const keys = this.#services.get(service)
    keys?.delete(kid)
    if (keys?.size === 0) this.#services.delete(service)
  }
}
