/**
 * The attacker: a process of its own. It relays what passes between the services and attacks with that. It has no service's key
 * and imports nothing but node's own modules: what it knows is the wire format and what it sees.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { attacks, type Sent } from './attacks.js'
import { Mallory } from './mallory.js'
import { headerOf, takeApart } from './presentation.js'
import type { Access } from './stores.js'
import { type Capture, WireTap } from './wire-tap.js'

export type Command =
  | { readonly kind: 'tap'; readonly services: readonly string[]; readonly registry: Access }
  | { readonly kind: 'trespass'; readonly victim: string }
  | { readonly kind: 'connect'; readonly service: string; readonly port: number }
  | { readonly kind: 'attack'; readonly name: string }

export type AttackerReport =
  | { readonly kind: 'tapped'; readonly ports: Readonly<Record<string, number>> }
  | { readonly kind: 'trespassed'; readonly refusal: string | undefined }
  | { readonly kind: 'ready'; readonly name: string }
  | { readonly kind: 'waits'; readonly name: string; readonly until: number }
  | { readonly kind: 'done'; readonly name: string; readonly attack: Seen; readonly twin: Seen }
  | { readonly kind: 'failed'; readonly name: string; readonly why: string }

/** What the attacker sees of an answer. */
export interface Seen {
  readonly service: string
  readonly status: number
  /** Stands in the answer to a refused call. */
  readonly correlation: string | undefined
  /** Everything else that the answer to a refused call says. */
  readonly says: string
  /** Stands in the chain. */
  readonly transaction: string | undefined
}

const tap = new WireTap()
let mallory: Mallory
let earlier: Promise<Capture>

process.on('disconnect', () => process.exit())
process.on('message', (command: Command) => {
  obey(command).catch((error: unknown) => {
    tell({ kind: 'failed', name: 'name' in command ? command.name : command.kind, why: String(error) })
  })
})

async function obey(command: Command): Promise<void> {
  switch (command.kind) {
    case 'tap': {
      mallory = new Mallory(command.registry)
      await mallory.begin()
      const listening = command.services.map(async service => [service, await tap.listen(service)] as const)
      const ports = Object.fromEntries(await Promise.all(listening))
      earlier = tap.watch('suppliers')
      return tell({ kind: 'tapped', ports })
    }
    case 'trespass':
      return tell({ kind: 'trespassed', refusal: await mallory.trespass(command.victim) })
    case 'connect':
      return tap.connect(command.service, command.port)
    case 'attack':
      return await play(command.name)
  }
}

async function play(name: string): Promise<void> {
  const attack = attacks[name]
  if (attack === undefined) throw new Error(`no such attack: ${name}`)
  const wait = async (until: number) => {
    tell({ kind: 'waits', name, until })
    await delay(until - Date.now())
  }
  const outcome = attack({ tap, mallory, earlier, wait })
  // Its traps are set: alice may check out.
  tell({ kind: 'ready', name })
  const { attack: attacked, twin } = await outcome
  tell({ kind: 'done', name, attack: see(attacked), twin: see(twin) })
}

function see({ service, presentation, answer }: Sent): Seen {
  const { instance, ...problem } = JSON.parse(String(answer.body)) as { instance?: string }
  const { 'content-type': type, 'www-authenticate': scheme, 'cache-control': caching } = answer.headers
  const origin = takeApart(presentation).hops.at(-1)
  return {
    service,
    status: answer.status,
    correlation: instance?.replace('urn:uuid:', ''),
    says: JSON.stringify({ problem, type, scheme, caching }),
    transaction: origin && headerOf(origin).txn,
  }
}

function tell(report: AttackerReport): void {
  process.send?.(report)
}
