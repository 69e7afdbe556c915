import {
  type BoundRequest,
  type KeyRegistry,
  MemoryRegistry,
  parsePolicy,
  Service,
  type VerifiedCall,
} from '../dist/index.js'

/** Algorithms that a line of services may sign with. */
export type Algorithm = 'ES256' | 'EdDSA'

/** The request that every hop of the benchmarks is bound to. */
export const request: BoundRequest = { method: 'POST', target: '/checkout?cart=17', body: '{"items":[1,2,3]}' }

/** Hops of the presentations that are sent over HTTP. */
export const HTTP_HOPS = 3

/** A user as an edge asserts him; its BASE64URL has 800 characters. */
export const userClaims = userClaimsOf(800)

const policy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must:
      originate-from: { app-name: { equal-to: s0 } }
`)

/** What may be otherwise in a line. */
export interface LineOptions {
  /** How many; seventeen if absent. */
  readonly services?: number
  readonly registry?: KeyRegistry
  readonly clock?: () => number
  /** Takes every decision; refusals go to standard error if absent. */
  readonly log?: () => void
}

/** Services in a line, `s0` to `s16`, that know each other through one registry. */
export async function startLine(
  algorithm: Algorithm,
  { services = 17, registry = new MemoryRegistry(), ...others }: LineOptions = {},
): Promise<readonly Service[]> {
  const places = Array.from({ length: services }, (_, index) => index)
  return await Promise.all(places.map(index => startService(index, algorithm, { registry, ...others })))
}

/** The service at one place of a line. */
export async function startService(
  index: number,
  algorithm: Algorithm,
  { registry = new MemoryRegistry(), ...others }: Omit<LineOptions, 'services'>,
): Promise<Service> {
  return await Service.start({ name: `s${index}`, registry, algorithm, policy, edges: ['s0'], ...others })
}

/** Runs what is measured until the engine has compiled it: a service that runs for more than seconds is in that state. */
export async function warmUp(): Promise<void> {
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const line = await startLine(algorithm)
    for (let call = 0; call < 2000; call += 1) await presentationOf(line, 3)
    await stopLine(line)
  }
}

/** Stops them. */
export async function stopLine(line: readonly Service[]): Promise<void> {
  await Promise.all(line.map(service => service.stop()))
}

/** A presentation of so many hops, made by the line's services and addressed to the service behind them. */
export async function presentationOf(line: readonly Service[], depth: number, user = userClaims): Promise<string> {
  let parent: VerifiedCall | undefined
  for (let index = 0; ; index += 1) {
    const hop = { audience: `s${index + 1}`, operation: 'checkout', request }
    const presentation = await at(line, index).wrap(parent ? { ...hop, parent } : { ...hop, userClaims: user })
    if (index + 1 === depth) return presentation
    parent = await at(line, index + 1).unwrap(presentation, { operation: 'checkout', request })
  }
}

/** As many presentations of so many hops as are asked for, all around one inner chain. */
export async function presentationsAroundOne(
  line: readonly Service[],
  depth: number,
  count: number,
): Promise<readonly string[]> {
  const [caller, receiver] = [at(line, depth - 1), at(line, depth)]
  const parent = await caller.unwrap(await presentationOf(line, depth - 1), { operation: 'checkout', request })
  const presentations: string[] = []
  while (presentations.length < count) {
    presentations.push(
      onTheWire(await caller.wrap({ audience: receiver.name, operation: 'checkout', request, parent })),
    )
  }
  return presentations
}

/** The same text as one piece, as a receiver finds it in a header: what was glued together is not yet. */
export function onTheWire(presentation: string): string {
  return Buffer.from(presentation, 'latin1').toString('latin1')
}

/** The service at a place in the line. */
export function at(line: readonly Service[], index: number): Service {
  const service = line[index]
  if (service === undefined) throw new Error(`no service ${index} in the line`)
  return service
}

/** A user as an edge asserts him, whose BASE64URL has so many characters. */
export function userClaimsOf(characters: number): Readonly<Record<string, unknown>> {
  const claims = { sub: 'user-17', scope: 'shop.user', exp: 4_102_444_800, note: '' }
  const bytes = (characters * 3) / 4
  return { ...claims, note: 'x'.repeat(bytes - JSON.stringify(claims).length) }
}
