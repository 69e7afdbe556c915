/**
 * What the services of the demo share, and real ones would not need: ports are random here, so addresses come from the
 * process that started the demo (a real service reads its environment), and decisions go back to it (a real one logs them).
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { DecisionEvent, KeyRegistry, VerifiedCall } from 'countersign'
import type { RegistryAccess } from './registry.js'

export interface Settings {
  /** How the service gets into the registry, in which the services find each other's keys. */
  readonly registry: RegistryAccess
  /** The directory of their policies. */
  readonly policies: string
  /** The authorization server. */
  readonly issuer: string
  /** Where each service is called. */
  readonly urls: {
    readonly shop: string
    readonly cart: string
    readonly inventory: string
    readonly suppliers: string
  }
  /** With what shop identifies itself to the authorization server. */
  readonly client: { readonly id: string; readonly secret: string }
}

/** What a service saw of a call that it accepted: what the picture shows. */
export interface Sight {
  readonly service: string
  readonly operation: string
  readonly stack: readonly { readonly service: string; readonly operation: string }[]
  readonly user: { readonly name: string; readonly kind: string; readonly scope: string } | undefined
  readonly rule: { readonly file: string; readonly line: number; readonly because: string } | undefined
}

export type Report =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'decision'; readonly event: DecisionEvent }
  | { readonly kind: 'sight'; readonly sight: Sight }
  | { readonly kind: 'reached' }

// Whatever ends the demo ends its processes too.
process.on('disconnect', () => process.exit())

/** Waits for the addresses. */
export function settings<T = Settings>(): Promise<T> {
  return new Promise(resolve => process.once('message', message => resolve(message as T)))
}

/** Says that a server listens, and where. */
export function listening(server: Server): void {
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port })
}

/** A service's option `log`. */
export function log(event: DecisionEvent): void {
  tell({ kind: 'decision', event })
}

/** Shows the call stack that a service verified, and the rule that accepted it. */
export function show(service: string, { callStack, initialToken, operation, decision }: VerifiedCall): void {
  const rule = decision.lists.at(-1)?.rule
  const claims = initialToken?.claims
  tell({
    kind: 'sight',
    sight: {
      service,
      operation,
      stack: callStack.map(frame => ({ service: frame.service, operation: frame.operation })),
      user: initialToken && { name: String(claims?.sub), kind: initialToken.kind, scope: String(claims?.scope) },
      rule: rule && { file: rule.file ?? '', line: rule.line, because: rule.because ?? '' },
    },
  })
}

/** Whenever the demo asks: says as soon as the registry answers. A real service asks when it needs a key. */
export function tellWhenReached(registry: KeyRegistry): void {
  const answers = () =>
    registry.list('shop').then(
      () => true,
      () => false,
    )
  process.on('message', async () => {
    while (!(await answers())) await delay(50)
    tell({ kind: 'reached' })
  })
}

function tell(report: Report): void {
  process.send?.(report)
}
