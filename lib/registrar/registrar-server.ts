import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../clock.js'
import { CountersignError, RegistryUnavailable } from '../errors.js'
import { importSigningKey } from '../jws/signing-key.js'
import { REGISTRY_TIMEOUT_SECONDS } from '../limits/keys.js'
import {
  MAX_REGISTRAR_CONNECTIONS,
  MAX_REGISTRAR_HEADER_BYTES,
  REGISTRAR_IDLE_SECONDS,
  REGISTRAR_REQUEST_SECONDS,
  REGISTRAR_STOP_SECONDS,
} from '../limits/registrars.js'
import type { KeyRegistry, RegistryWatch } from '../model/registry.js'
import { withDeadline } from '../registry/deadline.js'
import type { ChangeListener } from '../registry/listeners.js'
import { type AuditEvent, guarded, logToStandardOutput, timeOf } from './audit.js'
import { Certifier } from './certifier.js'
import { ChangeStreams } from './change-streams.js'
import { Health } from './health.js'
import { type DelegationListener, HeldDelegation } from './held-delegation.js'
import { RegistrarDesk } from './registrar-desk.js'
import { RegistrarExchange } from './registrar-exchange.js'
import {
  audienceOf,
  checkRegistrarOptions,
  type ListenOption,
  type RegistrarOptions,
  readRegistrarLimits,
} from './registrar-options.js'
import { RequestRates } from './request-rates.js'

/** A registrar that answers. */
export interface Registrar {
  /** Whom credentials are for: the URL that clients know it by. */
  readonly url: string
  /** Where it listens. */
  readonly port: number
  /** The kid of the key that it certifies with. */
  readonly kid: string
  /** Takes nothing new, finishes what is under way, and ends. The registry stays open. */
  stop(): Promise<void>
}

/**
 * Starts a registrar: a service over HTTP that certifies registrations for those who prove to be their service, and publishes them.
 * It keeps no state; several can stand beside each other. Throws ERR_OPTION (a TypeError), ERR_SIGNING_KEY_UNUSABLE,
 * ERR_REGISTRY_UNAVAILABLE, and what the system says of the address to listen on.
 */
export async function startRegistrar(options: RegistrarOptions): Promise<Registrar> {
  checkRegistrarOptions(options)
  const { registry, authenticate, clock = systemClock } = options
  const log = guarded(options.log ?? logToStandardOutput)
  const limits = readRegistrarLimits(options.limits)
  const key = await importSigningKey(options.key)
  const tell = (event: UntimedEvent) => log({ time: timeOf(clock()), ...event })
  const delegation = options.delegation && (await HeldDelegation.hold(options.delegation, key.kid, toldBy(tell)))
  const streams = new ChangeStreams()
  const open: Closable[] = [streams, ...(delegation ? [delegation] : [])]
  try {
    const watch = await watchRegistry(registry, change => streams.tell(change))
    open.push(watch)
    let audience = ''
    const exchange = new RegistrarExchange({
      desk: new RegistrarDesk({
        registry,
        certifier: new Certifier(key, delegation),
        authenticators: [...authenticate],
        writes: new RequestRates('service', limits.serviceWritesPerMinute),
      }),
      streams,
      health: new Health({ registry, delegation, marginSeconds: limits.delegationMarginSeconds, clock }),
      requests: new RequestRates('address', limits.addressRequestsPerMinute),
      log,
      clock,
      audience: () => audience,
    })
    const server = makeServer(options.listen)
    server.on('request', (request, response) => void exchange.handle(request, response))
    const port = await listen(server, options.listen)
    audience = audienceOf(options, port)
    tell({ event: 'start', verdict: 'done', kid: key.kid })
    let stopping: Promise<void> | undefined
    const stop = async () => {
      exchange.stop()
      await finish(server, () => closeAll(open))
      tell({ event: 'stop', verdict: 'done', kid: key.kid })
    }
    return Object.freeze<Registrar>({
      url: audience,
      port,
      kid: key.kid,
      stop() {
        stopping ??= stop()
        return stopping
      },
    })
  } catch (error) {
    await closeAll(open)
    throw error
  }
}

type UntimedEvent = Omit<AuditEvent, 'time'>

/** What has to be closed in the end. */
interface Closable {
  close(): void | Promise<void>
}

async function closeAll(open: readonly Closable[]): Promise<void> {
  for (const each of open) await each.close()
}

/** Takes no connection any more, and waits for what is under way: not for ever. */
async function finish(server: Server, close: () => Promise<void>): Promise<void> {
  const isOver = new Promise(resolve => server.close(resolve))
  const timer = setTimeout(() => server.closeAllConnections(), REGISTRAR_STOP_SECONDS * 1000)
  await close()
  await isOver
  clearTimeout(timer)
}

async function watchRegistry(registry: KeyRegistry, listener: ChangeListener): Promise<RegistryWatch> {
  try {
    return await withDeadline(REGISTRY_TIMEOUT_SECONDS, () => registry.watch(listener))
  } catch (cause) {
    throw new RegistryUnavailable('the registry cannot be watched', { cause })
  }
}

/** How a new delegation, or one that cannot be used, is told. */
function toldBy(tell: (event: UntimedEvent) => void): DelegationListener {
  return found => {
    if (!(found instanceof Error)) return tell({ event: 'delegation', verdict: 'done', expiresAt: found.expiresAt })
    const code = found instanceof CountersignError ? found.code : undefined
    return tell({ event: 'delegation', verdict: 'refused', code, reason: found.message })
  }
}

function makeServer({ tls }: ListenOption): Server {
  const bounds = {
    maxHeaderSize: MAX_REGISTRAR_HEADER_BYTES,
    headersTimeout: REGISTRAR_REQUEST_SECONDS * 1000,
    requestTimeout: REGISTRAR_REQUEST_SECONDS * 1000,
    keepAliveTimeout: REGISTRAR_IDLE_SECONDS * 1000,
    connectionsCheckingInterval: 1000,
  }
  const server = tls === undefined ? createServer(bounds) : createTlsServer({ ...bounds, ...tlsBounds(tls) })
  server.maxConnections = MAX_REGISTRAR_CONNECTIONS
  return server
}

/** Readers, and services that prove themselves otherwise, have no certificate: each request says whether one was verified. */
function tlsBounds({ key, cert, ca }: NonNullable<ListenOption['tls']>) {
  const authorities = ca === undefined ? undefined : [ca].flat()
  return {
    key,
    cert,
    minVersion: 'TLSv1.2',
    ...(authorities && { ca: [...authorities], requestCert: true, rejectUnauthorized: false }),
  } as const
}

async function listen(server: Server, { host = '127.0.0.1', port }: ListenOption): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}
