import { drawer, seededRandom } from './random.js'

/** Who calls whom: for each service its callers, and how much each of them calls it. Chains may come by a service twice. */
export interface CallGraph {
  /** Draws the caller of a service; undefined for one that nobody calls, which is an edge. */
  readonly drawCaller: (service: number) => number | undefined
  /** Who is called by the most services, and one who is called by as many as half of the others are. */
  readonly popular: number
  readonly ordinary: number
}

/** A service calls this many others ... */
const CALLEES = 8
/** ... of which those that are popular are called by many: the popularity of the one in place n is n to the power of minus this. */
const ZIPF_EXPONENT = 1
/** The share of services that nothing else calls. */
const EDGE_SHARE = 0.1
const SEED = 2017

/** The first services of a graph are its edges: nobody calls them. Seeded. */
export function makeCallGraph(services: number): CallGraph {
  const random = seededRandom(SEED)
  const edges = Math.round(services * EDGE_SHARE)
  const callers = Array.from({ length: services }, (): number[] => [])
  const drawCallee = drawer(zipfWeights(services - edges), random)
  for (let service = 0; service < services; service += 1) {
    for (let callee = 0; callee < CALLEES; callee += 1) {
      const drawn = edges + drawCallee()
      if (drawn !== service) callers[drawn]?.push(service)
    }
  }
  // Callers in no order: an edge is not a better customer than others.
  const drawCallers = callers.map(own => drawer(shuffled(zipfWeights(own.length), random), random))
  const byCallers = callers.map((own, service) => ({ service, count: new Set(own).size }))
  const called = byCallers.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
  return {
    drawCaller: service => callers[service]?.[drawCallers[service]?.() ?? 0],
    popular: called[0]?.service ?? 0,
    ordinary: called[called.length >> 1]?.service ?? 0,
  }
}

function zipfWeights(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => (place + 1) ** -ZIPF_EXPONENT)
}

function shuffled(numbers: readonly number[], random: () => number): readonly number[] {
  return numbers
    .map(number => ({ number, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ number }) => number)
}
