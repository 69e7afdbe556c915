/** Seconds, smallest first: a binary heap, so that time may jump without anybody walking over it. */
export class SecondQueue {
  readonly #heap: number[] = []

  /** The smallest second. */
  get first(): number | undefined {
    return this.#heap[0]
  }

  add(second: number): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(second)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#at(parent) <= second) break
      heap[at] = this.#at(parent)
      at = parent
    }
    heap[at] = second
  }

  /** Drops the smallest second. */
  drop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child + 1 < heap.length && this.#at(child + 1) < this.#at(child)) child += 1
      if (child >= heap.length || this.#at(child) >= last) break
      heap[at] = this.#at(child)
      at = child
    }
    heap[at] = last
  }

  #at(index: number): number {
    return this.#heap[index] as number
  }
}
