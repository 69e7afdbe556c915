import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Random } from '../model/random.js'
import { mutate } from './mutation.js'
import type { Target } from './target.js'

const WARM_UP_INPUTS = 100

/** Bytes of the heap that are still in use after a target took some more inputs, and were not before. */
export async function measureHeapGrowth(
  target: Target,
  corpus: readonly string[],
  seed: string,
  inputs: number,
): Promise<number> {
  const random = new Random(`${seed} heap ${target.name}`)
  const take = async (count: number) => {
    for (let taken = 0; taken < count; taken += 1) await target.attempt(mutate(corpus, target, random))
  }
  await take(WARM_UP_INPUTS)
  const before = usedHeap()
  await take(inputs)
  return usedHeap() - before
}

function usedHeap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** A full collection, which needs no flag on the command line. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('no gc')
  collect()
}
