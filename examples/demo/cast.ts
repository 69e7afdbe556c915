/** Everybody who takes part: an authorization server, four services, and an attacker who sits on the wire between them. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { AttackerReport, Command } from './attacker/main.js'
import type { Engine } from './engines/engine.js'
import { Process } from './processes.js'
import type { Report, Settings } from './stage.js'

// The same place for the sources and for what is compiled from them.
const POLICIES = fileURLToPath(new URL('../demo/policies', import.meta.url))

const SERVICES = ['shop', 'cart', 'inventory', 'suppliers'] as const
const ATTACKER = 'mallory'
const REACH = { kind: 'reach' } as const

/** Whom the registry lets in: mallory too, below her own name. */
export const REGISTERED: readonly string[] = [...SERVICES, ATTACKER]

type Service = Process<Settings | typeof REACH, Report>
type Listening = Extract<Report, { kind: 'listening' }>

export interface Cast {
  readonly services: readonly Service[]
  readonly attacker: Process<Command, AttackerReport>
  /** Where each service is called. */
  readonly urls: Settings['urls']
  /** What the processes wrote to their output: nothing, if all is well. */
  readonly said: () => string
}

/** Starts everybody at once; each waits for the addresses of those that it needs. */
export async function assemble(engine: Engine, onEnd: (name: string) => void): Promise<Cast> {
  const attacker = new Process<Command, AttackerReport>('attacker', 'attacker/main', onEnd)
  const authorization = new Process<object, Report>('authorization server', 'authorization-server', onEnd)
  const services = SERVICES.map((name): Service => new Process(name, name, onEnd))

  const tapped = attacker.next('tapped')
  attacker.send({ kind: 'tap', services: SERVICES, registry: engine.accessOf(ATTACKER) })
  const { ports } = await tapped
  const urlOf = (service: (typeof SERVICES)[number]) => `http://127.0.0.1:${ports[service]}`
  const urls = {
    shop: urlOf('shop'),
    cart: urlOf('cart'),
    inventory: urlOf('inventory'),
    suppliers: urlOf('suppliers'),
  }

  const client = { id: 'shop', secret: randomBytes(32).toString('base64url') }
  const { port } = await start(authorization, { shop: urls.shop, client })
  const settings = { policies: POLICIES, issuer: `http://127.0.0.1:${port}`, urls, client }

  await Promise.all(
    services.map(async service => {
      const { port } = await start(service, { ...settings, registry: engine.accessOf(service.name) })
      attacker.send({ kind: 'connect', service: service.name, port })
    }),
  )
  const all = [attacker, authorization, ...services]
  const said = () => all.map(one => one.said && `${one.name} wrote:\n${one.said}`).join('')
  return { services, attacker, urls, said }
}

/** Waits until every service reaches the registry. */
export async function reachRegistry({ services }: Cast): Promise<void> {
  await Promise.all(
    services.map(async service => {
      const reached = service.next('reached')
      service.send(REACH)
      await reached
    }),
  )
}

async function start<T extends object>(server: Process<T, Report>, settings: T): Promise<Listening> {
  const listening = server.next('listening')
  server.send(settings)
  return await listening
}
