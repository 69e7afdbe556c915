/** The attacks. Each ends with two answers: to what the attacker did, and to its twin, which differs in one property. */
import type { Mallory } from './mallory.js'
import { expiryOf, headerOf, makeKey, makeSecret, putTogether, takeApart } from './presentation.js'
import type { Capture, WireAnswer, WireRequest, WireTap } from './wire-tap.js'

export interface Scene {
  readonly tap: WireTap
  readonly mallory: Mallory
  /** What suppliers received when alice checked out for the first time. */
  readonly earlier: Promise<Capture>
  /** Waits until an instant, in milliseconds since the epoch; other attacks go on meanwhile. */
  readonly wait: (until: number) => Promise<void>
}

/** Something that was sent to a service, and what it answered. */
export interface Sent {
  readonly service: string
  readonly presentation: string
  readonly answer: WireAnswer
}

export interface Outcome {
  readonly attack: Sent
  readonly twin: Sent
}

type Attack = (scene: Scene) => Promise<Outcome>

/** No service remembers longer than this that a key was unknown or badly registered. */
const FORGOTTEN_MILLISECONDS = 2100
/** The clocks of two services may differ by this much. */
const SKEW_SECONDS = 5

export const attacks: Readonly<Record<string, Attack>> = {
  async 'presented twice'({ tap }) {
    const held = await tap.hold('cart')
    const twin = await release(held)
    return { twin, attack: await send(tap, 'cart', held.request) }
  },

  async 'shown to another'({ tap }) {
    const held = await tap.hold('suppliers')
    const attack = await send(tap, 'inventory', held.request)
    return { attack, twin: await release(held) }
  },

  async 'passed on'({ tap }) {
    const seen = await tap.watch('inventory')
    const received = await tap.hold('suppliers')
    const [, ...older] = partsOf(received.request).hops
    const chain = { hops: older, token: partsOf(received.request).token }
    const attack = await send(tap, 'inventory', withParts(seen.request, { secret: makeSecret(), ...chain }))
    await received.release()
    return { attack, twin: await sent(seen, seen.answer) }
  },

  async 'hop dropped'({ tap }) {
    const held = await tap.hold('suppliers')
    const { secret, hops, token } = partsOf(held.request)
    const dropped = hops.filter(hop => headerOf(hop).iss !== 'cart')
    const attack = await send(tap, 'suppliers', withParts(held.request, { secret, hops: dropped, token }))
    return { attack, twin: await release(held) }
  },

  async 'hop added'({ tap, mallory }) {
    const held = await tap.hold('suppliers')
    const { hops, token } = partsOf(held.request)
    const [, ...older] = hops
    const around = { type: 'hop+jws', text: [...older, token].join('~'), expiresAt: headerOf(older[0]).exp } as const
    const ask = { audience: 'suppliers', operation: 'resupply', request: held.request, around }
    const attack = await send(tap, 'suppliers', mallory.present(ask))
    return { attack, twin: await release(held) }
  },

  async 'hop grafted'({ tap, earlier }) {
    const held = await tap.hold('suppliers')
    const { secret, hops, token } = partsOf(held.request)
    const [newest = ''] = hops
    const [, ...others] = partsOf((await earlier).request).hops
    const attack = await send(tap, 'suppliers', withParts(held.request, { secret, hops: [newest, ...others], token }))
    return { attack, twin: await release(held) }
  },

  async 'body changed'({ tap }) {
    const held = await tap.hold('inventory')
    const body = Buffer.from(String(held.request.body).replace('"quantity":1', '"quantity":9'))
    const attack = await send(tap, 'inventory', { ...held.request, body })
    return { attack, twin: await release(held) }
  },

  async 'path changed'({ tap }) {
    const held = await tap.hold('cart')
    const attack = await send(tap, 'cart', { ...held.request, target: `${held.request.target}?discount=100` })
    return { attack, twin: await release(held) }
  },

  async 'operation changed'({ tap, mallory }) {
    const ask = { audience: 'inventory', operation: 'status' }
    const attack = await send(tap, 'inventory', mallory.present({ ...ask, request: plainRequest('/orders') }))
    const twin = await send(tap, 'inventory', mallory.present({ ...ask, request: plainRequest('/status') }))
    return { attack, twin }
  },

  async 'token alone'({ tap }) {
    const held = await tap.hold('cart')
    const { countersign: _, ...headers } = held.request.headers
    const authorization = `Bearer ${partsOf(held.request).token}`
    const attack = await send(tap, 'cart', { ...held.request, headers: { ...headers, authorization } })
    return { attack, twin: await release(held) }
  },

  async 'token stolen'({ tap, mallory }) {
    const held = await tap.hold('cart')
    const { token } = partsOf(held.request)
    const around = { type: 'jwt', text: token, expiresAt: expiryOf(token) } as const
    const ask = { audience: 'cart', operation: 'checkout', request: held.request, around }
    const attack = await send(tap, 'cart', mallory.present(ask))
    return { attack, twin: await release(held) }
  },

  async 'key unregistered'({ tap, mallory, wait }) {
    const key = makeKey()
    const request = mallory.present({
      audience: 'inventory',
      operation: 'status',
      request: plainRequest('/status'),
      key,
    })
    const attack = await send(tap, 'inventory', request)
    await mallory.register(key)
    await wait(Date.now() + FORGOTTEN_MILLISECONDS)
    return { attack, twin: await send(tap, 'inventory', request) }
  },

  async 'registered as cart'({ tap, mallory, wait }) {
    const key = makeKey()
    await mallory.register(key, 'cart')
    const request = mallory.present({
      audience: 'inventory',
      operation: 'status',
      request: plainRequest('/status'),
      key,
    })
    const attack = await send(tap, 'inventory', request)
    await mallory.register(key)
    await wait(Date.now() + FORGOTTEN_MILLISECONDS)
    return { attack, twin: await send(tap, 'inventory', request) }
  },

  async 'hop expired'({ tap, wait }) {
    const captures = await Promise.all([tap.hold('cart'), tap.hold('cart')])
    const expiryOfHop = ({ request }: Capture) => headerOf(partsOf(request).hops[0]).exp
    const [short, long] = captures.sort((one, other) => expiryOfHop(one) - expiryOfHop(other))
    await wait((expiryOfHop(short) + SKEW_SECONDS) * 1000 + 50)
    return { attack: await release(short), twin: await release(long) }
  },
}

/** A request of mallory's own. */
function plainRequest(target: string): WireRequest {
  const body = Buffer.from('{"item":"tea","quantity":1}')
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  return { method: 'POST', target, headers, body }
}

function presentationOf({ headers }: WireRequest): string {
  const { countersign = '' } = headers
  return String(countersign)
}

function partsOf(request: WireRequest) {
  return takeApart(presentationOf(request))
}

function withParts(request: WireRequest, parts: Parameters<typeof putTogether>[0]): WireRequest {
  return { ...request, headers: { ...request.headers, countersign: putTogether(parts) } }
}

async function send(tap: WireTap, service: string, request: WireRequest): Promise<Sent> {
  return { service, presentation: presentationOf(request), answer: await tap.send(service, request) }
}

async function release(held: Capture): Promise<Sent> {
  return await sent(held, held.release())
}

async function sent({ service, request }: Capture, answer: Promise<WireAnswer>): Promise<Sent> {
  return { service, presentation: presentationOf(request), answer: await answer }
}
