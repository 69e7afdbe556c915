import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Attributes, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import { MemoryRegistry, type Service } from '../../lib/index.js'
import { startTelemetry, type Telemetry } from '../../lib/telemetry/opentelemetry.js'
import { root } from '../house/sources.js'
import { Loopback } from '../http/loopback.js'
import { warningsOf } from '../http/process-warnings.js'
import { openPolicy, ServiceParty, shopPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'

describe('telemetry for OpenTelemetry', function () {
  this.timeout(40_000)
  const party = new ServiceParty()
  const loopback = new Loopback()
  const spans = new InMemorySpanExporter()
  const metrics = new InMemoryMetricExporter(AggregationTemporality.DELTA)
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const tracer = tracerProvider.getTracer('spec')
  const presentations: string[] = []
  let telemetry: Telemetry
  let shop: Service
  let mallory: Service
  let cart: Service

  before(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    shop = await party.start('shop')
    mallory = await party.start('mallory')
    cart = await party.start('cart', { policy: shopPolicy, candidatePolicy: openPolicy, edges: ['shop'] })
  })
  beforeEach(async () => {
    telemetry = startTelemetry({ meterProvider, tracerProvider })
    await reader.forceFlush()
    spans.reset()
    metrics.reset()
    presentations.length = 0
  })
  afterEach(() => telemetry.stop())
  after(async () => {
    context.disable()
    await meterProvider.shutdown()
    await loopback.close()
    await party.stop()
  })

  const call = async (by: Service, operation = 'read') => {
    const userClaims = { sub: 'alice', email: 'alice@shop.example' }
    const source = by === shop ? { userClaims } : { job: true as const }
    const presentation = await by.wrap({ audience: 'cart', operation, ...source })
    presentations.push(presentation)
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }
  /** The points of one instrument, as attributes and value. */
  const pointsOf = async (name: string): Promise<[Attributes, unknown][]> => {
    await reader.forceFlush()
    const all = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    const found = all.filter(({ descriptor }) => descriptor.name === name)
    const points = found.flatMap<DataPoint<unknown>>(({ dataPoints }) => dataPoints as readonly DataPoint<unknown>[])
    return points.map(({ attributes, value }) => [attributes, value])
  }
  const onlySpan = (): ReadableSpan => {
    const [span, another] = spans.getFinishedSpans()
    if (span === undefined || another !== undefined) throw new Error('expected one span')
    return span
  }

  it('counts decisions by service, operation, outcome, verified caller and code', async () => {
    for (const by of [shop, shop, mallory]) await call(by)
    await refusalOf(() => cart.unwrap('x', { operation: 'read' }))
    const common = { 'countersign.service': 'cart', 'countersign.operation': 'read' }
    const refused = { ...common, 'countersign.outcome': 'refused' }
    expect(await pointsOf('countersign.decisions')).to.deep.equal([
      [{ ...common, 'countersign.outcome': 'accepted', 'countersign.caller': 'shop' }, 2],
      [{ ...refused, 'countersign.caller': 'mallory', 'error.type': 'ERR_POLICY_REJECTED' }, 1],
      [{ ...refused, 'countersign.caller': '(unverified)', 'error.type': 'ERR_PRESENTATION_MALFORMED' }, 1],
    ])
  })

  it('measures durations in seconds, hops and characters', async () => {
    await call(shop)
    await call(shop)
    const labels = { 'countersign.service': 'cart', 'countersign.operation': 'read', 'countersign.outcome': 'accepted' }
    const histogram = async (name: string) => {
      const points = await pointsOf(name)
      expect(points.map(([attributes]) => attributes)).to.deep.equal([labels])
      return points[0]?.[1] as Histogram
    }
    const duration = await histogram('countersign.decision.duration')
    expect(duration.count).to.equal(2)
    expect(duration.sum).to.be.within(0.000002, 60)
    expect(await histogram('countersign.presentation.hops')).to.include({ count: 2, sum: 2 })
    const characters = presentations.reduce((sum, presentation) => sum + presentation.length, 0)
    expect(await histogram('countersign.presentation.characters')).to.include({ count: 2, sum: characters })
  })

  it('counts what the candidate policy says', async () => {
    await call(shop)
    await call(mallory)
    const common = { 'countersign.service': 'cart', 'countersign.operation': 'read' }
    const effect = { ...common, 'countersign.candidate.effect': 'accept' }
    expect(await pointsOf('countersign.candidate.decisions')).to.deep.equal([
      [{ ...effect, 'countersign.candidate.differs': false }, 1],
      [{ ...effect, 'countersign.candidate.differs': true }, 1],
    ])
  })

  it('makes a span of each decision, as a part of the span in which it was made', async () => {
    const parent = tracer.startSpan('GET /')
    await context.with(trace.setSpan(context.active(), parent), () => call(shop))
    parent.end()
    const span = spans.getFinishedSpans().find(({ name }) => name === 'countersign.unwrap')
    expect(span?.parentSpanContext?.spanId).to.equal(parent.spanContext().spanId)
    expect(span?.spanContext().traceId).to.equal(parent.spanContext().traceId)
    expect(span).to.include({ kind: SpanKind.INTERNAL })
    expect(span?.status.code).to.equal(SpanStatusCode.UNSET)
    const {
      'countersign.correlation': correlation,
      'countersign.transaction': transaction,
      ...rest
    } = span?.attributes ?? {}
    expect(correlation).to.match(/^[0-9a-f-]{36}$/)
    expect(transaction).to.match(/^[\w-]{22}$/)
    expect(rest).to.deep.equal({
      'countersign.service': 'cart',
      'countersign.operation': 'read',
      'countersign.outcome': 'accepted',
      'countersign.caller': 'shop',
      'countersign.stack': ['shop'],
      'countersign.rules': ['1/1'],
      'countersign.initial_token': 'user',
      'countersign.hops': 1,
      'countersign.characters': presentations[0]?.length,
      'countersign.age': 0,
      'countersign.chain_age': 0,
      'countersign.reason': 'accepted by list 1, rule 1 (line 4)',
      'countersign.candidate.differs': false,
    })
    const [seconds, nanoseconds] = span?.duration ?? [Number.NaN, 0]
    expect(seconds + nanoseconds / 1e9).to.be.within(0.000001, 60)
    const [startedAt] = span?.startTime ?? [0]
    expect(Math.abs(startedAt - Date.now() / 1000)).to.be.below(60)
  })

  it('makes no error of what a caller did wrong, and one of what we cannot answer', async () => {
    await call(mallory)
    expect(onlySpan().status.code).to.equal(SpanStatusCode.UNSET)
    expect(onlySpan().attributes).to.include({
      'error.type': 'ERR_POLICY_REJECTED',
      'http.response.status_code': 403,
      'countersign.outcome': 'refused',
      'countersign.invariant': 16,
    })
    spans.reset()
    const registry = Object.assign(new MemoryRegistry(), { find: () => Promise.reject(new Error('secret')) })
    const lonely = await party.start('lonely', { registry })
    const presentation = await shop.wrap({ audience: 'lonely', operation: 'read', job: true })
    await warningsOf(async () => {
      await refusalOf(() => lonely.unwrap(presentation, { operation: 'read' }))
    })
    expect(onlySpan().status).to.deep.equal({ code: SpanStatusCode.ERROR })
    expect(onlySpan().attributes).to.include({
      'error.type': 'ERR_REGISTRY_UNAVAILABLE',
      'http.response.status_code': 503,
      'countersign.hop': 0,
    })
    expect(onlySpan().attributes).not.to.have.any.keys('countersign.caller', 'countersign.stack')
    expect(onlySpan().attributes['countersign.reason']).not.to.contain('secret')
  })

  it('makes a span and a measurement of each outgoing call', async () => {
    const url = await loopback.serve(countersign(cart, 'read', (_request, response) => response.end()))
    const { hostname, port } = new URL(url)
    const options = { audience: 'cart', operation: 'read' } as const
    await shop.fetch(`${url}/?secret`, { ...options, userClaims: { sub: 'alice' }, method: 'PUT' })
    await mallory.fetch(url, { ...options, job: true })
    await mallory.fetch(url, options).catch(() => {})
    const sent = spans.getFinishedSpans().filter(({ name }) => name === 'countersign.fetch')
    const common = { 'countersign.audience': 'cart', 'countersign.operation': 'read' }
    const server = { 'server.address': hostname, 'server.port': Number(port), 'url.scheme': 'http' }
    expect(sent.map(({ kind }) => kind)).to.deep.equal([SpanKind.CLIENT, SpanKind.CLIENT, SpanKind.CLIENT])
    const [first, second, third] = sent.map(({ attributes: { 'countersign.characters': _, ...rest } }) => rest)
    const received = spans.getFinishedSpans().find(({ name }) => name === 'countersign.unwrap')
    expect(first).to.deep.equal({
      ...common,
      ...server,
      'countersign.service': 'shop',
      'http.request.method': 'PUT',
      'http.response.status_code': 200,
      'countersign.transaction': received?.attributes['countersign.transaction'],
    })
    expect(second).to.include({ 'http.response.status_code': 403, 'error.type': '403' })
    expect(third).to.deep.equal({
      ...common,
      ...server,
      'countersign.service': 'mallory',
      'error.type': 'ERR_CONTEXT_MISSING',
    })
    const { UNSET, ERROR } = SpanStatusCode
    expect(sent.map(({ status }) => status.code)).to.deep.equal([UNSET, ERROR, ERROR])
    const durations = await pointsOf('countersign.call.duration')
    expect(durations.map(([attributes]) => attributes)).to.deep.equal([
      { ...common, 'countersign.service': 'shop', 'http.response.status_code': 200 },
      { ...common, 'countersign.service': 'mallory', 'http.response.status_code': 403 },
      { ...common, 'countersign.service': 'mallory', 'error.type': 'ERR_CONTEXT_MISSING' },
    ])
  })

  it('counts what happens with keys and the registry', async () => {
    await party.start('newcomer')
    expect(await pointsOf('countersign.registry.events')).to.deep.equal([
      [{ 'countersign.service': 'newcomer', 'countersign.registry.event': 'registered' }, 1],
    ])
  })

  it('holds no part of a token, and nothing of the user', async () => {
    await call(shop)
    await call(mallory)
    await refusalOf(() => cart.unwrap(presentations[0]?.replace(/\.\..{4}/, '..AAAA'), { operation: 'read' }))
    await reader.forceFlush()
    const exported = spans
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }))
    const text = JSON.stringify([exported, metrics.getMetrics().map(({ scopeMetrics }) => scopeMetrics)])
    expect(text).not.to.match(/alice/)
    for (const presentation of presentations) {
      for (let at = 0; at + 16 <= presentation.length; at += 1) {
        expect(text.includes(presentation.slice(at, at + 16))).to.equal(false)
      }
    }
  })

  it('records nothing more once it is stopped', async () => {
    telemetry.stop()
    await call(shop)
    expect(spans.getFinishedSpans()).to.deep.equal([])
    expect(await pointsOf('countersign.decisions')).to.deep.equal([])
  })

  it('changes no decision where the SDK fails', async () => {
    const fail = () => {
      throw new Error('the exporter is broken')
    }
    const broken = startTelemetry({ tracerProvider: { getTracer: () => ({ startSpan: fail, startActiveSpan: fail }) } })
    expect(await call(shop)).to.equal('accepted')
    broken.stop()
  })

  it('records nothing, and fails at nothing, where no SDK is registered', async () => {
    telemetry.stop()
    const silent = startTelemetry()
    expect(await call(shop)).to.equal('accepted')
    expect(await call(mallory)).to.equal('ERR_POLICY_REJECTED')
    silent.stop()
  })

  it('names the package that is missing where it is imported without it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-telemetry-'))
    cpSync(join(root, 'lib'), join(folder, 'lib'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const tsx = createRequire(join(root, 'package.json')).resolve('tsx')
    // Its coverage would be counted in lines of other texts than ours.
    const env = { ...process.env, NODE_V8_COVERAGE: '' }
    const args = ['--import', tsx, join(folder, 'lib/telemetry/opentelemetry.ts')]
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 30_000,
    })
    rmSync(folder, { recursive: true, force: true })
    expect(stderr).to.match(/Cannot find package '@opentelemetry\/api' imported from .*opentelemetry\.ts/)
    expect(status).to.equal(1)
  })

  it('refuses options that are none: ERR_OPTION', async () => {
    for (const options of [null, [], { provider: meterProvider }, { meterProvider: {} }, { tracerProvider: 7 }]) {
      expect(await refusalOf(() => startTelemetry(options as never))).to.equal('ERR_OPTION')
    }
  })
})
