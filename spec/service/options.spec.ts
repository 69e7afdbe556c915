import { expect } from 'chai'
import { MemoryRegistry, Service, type ServiceOptions } from '../../lib/index.js'
import { openPolicy } from '../http/service-party.js'
import { errorOf, refusalOf } from '../jws/refusal.js'

// What no option is, whatever it is for.
const NOTHINGS: readonly unknown[] = [null, true, 7, Number.NaN, Symbol('x')]

/** Wrong values of each option of `Service.start`, beside null, numbers and the like. */
const WRONG: Readonly<Record<keyof ServiceOptions, readonly unknown[]>> = {
  name: [undefined, '', 'Shop', 'a b', 'ä', '-shop', 'shop\n', 'x'.repeat(129), ['shop'], {}],
  registrars: ['', {}, [], new Set(), ['key'], [null], [{}], [{ kty: 'oct', k: 'AA' }]],
  registry: [undefined, '', './registry', {}, [], () => {}, { publish() {}, find() {} }, { publish() {}, watch() {} }],
  policy: ['', 'policies/cart.yaml', {}, [], () => ({ effect: 'accept' }), { evaluate: true }],
  candidatePolicy: ['', 'policies/cart.yaml', {}, [], () => ({ effect: 'accept' }), { evaluate: true }],
  edges: ['shop', {}, new Set(['shop']), ['Shop'], [''], [undefined], ['shop', 7], [['shop']]],
  claimsAlongChain: [
    '',
    [],
    {},
    ['scope'],
    { narrowing: [] },
    { narrowing: 'scope' },
    { narrowing: null },
    { constant: { tenant: true } },
    { constant: [7] },
    { constant: [''] },
    { constant: ['__proto__'] },
    { constant: ['iss'] },
    { narrowing: ['aud'] },
    { narrowing: ['scope', 'tenant'], constant: ['tenant'] },
    { narrow: ['scope'] },
  ],
  initialToken: [
    '',
    {},
    [],
    { accept: [] },
    { accept: 'x' },
    { accept: [{}] },
    { accept: [], user: true },
    { accept: [], usr: 1 },
  ],
  destinations: [
    '',
    [],
    ['http://a'],
    { cart: undefined },
    { cart: null },
    { cart: '' },
    { cart: 'cart.internal' },
    { cart: 'ftp://cart' },
    { cart: 'http://cart?x=1' },
    { cart: 'http://cart#x' },
    { cart: 'http://user@cart' },
    { cart: 'http://:pass@cart' },
    { cart: new URL('http://cart') },
    { Cart: 'http://cart' },
    { '': 'http://cart' },
    JSON.parse('{"__proto__":"http://cart"}'),
  ],
  fetch: ['', {}, []],
  clock: [
    '',
    {},
    () => Number.NaN,
    () => -1,
    () => Number.POSITIVE_INFINITY,
    () => '1800000000',
    () => undefined,
    () => 1n,
    () => 1e300,
  ],
  key: ['', () => {}],
  algorithm: ['', 'RS256', 'none', 'es256', 'ed25519', {}, ['ES256']],
  replay: ['', {}, [], { remember: true }],
  limits: ['', [], { bodyBytes: -1 }],
  log: ['', {}, [], 'stderr'],
  mode: [
    '',
    'Enforce',
    'off',
    [],
    { default: 'off' },
    { default: null },
    { operations: { 'a b': 'observe' } },
    { operations: { a: 'x' } },
    { operations: null },
    { operations: [] },
    { operation: {} },
  ],
}

/** Each limit's smallest and largest value, and its default. */
const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  presentationCharacters: [1, 8000],
  depthHops: [1, 16],
  skewSeconds: [0, 60],
  hopLifetimeSeconds: [1, 3600],
  presentationSeconds: [1, 3600],
  registrationSeconds: [60, 86_400],
  keyFreshSeconds: [0, 600],
  keyStaleSeconds: [0, 3600],
  unknownKeyLookupsPerSecond: [1, 100_000],
  bodyBytes: [0, 2 ** 30],
}

describe('the options of a service', () => {
  const registry = new MemoryRegistry()
  const started: Service[] = []
  const start = (options: object) =>
    refusalOf(async () => {
      started.push(await Service.start({ name: 'shop', registry, log: () => {}, ...options }))
    })
  after(() => Promise.all(started.map(service => service.stop())))

  for (const [name, values] of Object.entries(WRONG)) {
    it(`refuse a wrong ${name} with ERR_OPTION`, async () => {
      for (const value of [...NOTHINGS, ...values]) {
        expect(await start({ [name]: value }), `${name}: ${describeValue(value)}`).to.equal('ERR_OPTION')
      }
    })
  }

  it('are TypeErrors where they are wrong, whose message names them', async () => {
    const error = await errorOf(() => Service.start({ name: 'shop', registry, edges: 'shop' as never }))
    expect(error).to.be.instanceOf(TypeError)
    expect(error).to.include({ code: 'ERR_OPTION', message: '`edges` must be a list of service names' })
  })

  it('are an object: ERR_OPTION', async () => {
    for (const options of [undefined, null, 'shop', 7, [], () => {}]) {
      expect(await refusalOf(() => Service.start(options as never))).to.equal('ERR_OPTION')
    }
  })

  it('refuse names that they do not know, and say which they do: ERR_OPTION', async () => {
    for (const name of ['Name', 'polcy', 'edge', 'registrar', 'initialTokens', 'signal', 'toString', '__proto_']) {
      expect(await start({ [name]: undefined }), name).to.equal('ERR_OPTION')
    }
    const error = await errorOf(() => Service.start({ name: 'shop', registry, polcy: openPolicy } as never))
    expect(error.message).to.contain('`polcy`').and.to.contain('policy')
  })

  it('may be left out, or be undefined, all but name and registry', async () => {
    const optional = Object.keys(WRONG).filter(name => name !== 'name' && name !== 'registry')
    expect(await start({})).to.equal('accepted')
    expect(await start(Object.fromEntries(optional.map(name => [name, undefined])))).to.equal('accepted')
  })

  it('refuse a candidate policy that has nothing to be compared with: ERR_OPTION', async () => {
    expect(await start({ candidatePolicy: openPolicy })).to.equal('ERR_OPTION')
    expect(await start({ candidatePolicy: openPolicy, policy: openPolicy })).to.equal('accepted')
    for (const candidatePolicy of [{}, 7, 'policies/cart.yaml', { evaluate: true }]) {
      expect(await start({ candidatePolicy, policy: openPolicy })).to.equal('ERR_OPTION')
    }
  })

  it('refuse an algorithm beside a key, which has its own: ERR_OPTION', async () => {
    expect(await start({ key: {}, algorithm: 'ES256' })).to.equal('ERR_OPTION')
  })

  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    it(`take ${name} from ${least} to ${most}, and nothing beyond: ERR_OPTION`, async () => {
      for (const value of [least, most, undefined])
        expect(await start({ limits: { [name]: value } })).to.equal('accepted')
      const wrong = [
        least - 1,
        most + 1,
        least + 0.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        String(least),
        null,
        1n,
        [least],
      ]
      for (const value of wrong) {
        expect(await start({ limits: { [name]: value } }), describeValue(value)).to.equal('ERR_OPTION')
      }
    })
  }

  it('take presentationSecondsFor operations, and nothing else: ERR_OPTION', async () => {
    expect(await start({ limits: { presentationSecondsFor: { queued: 3600 } } })).to.equal('accepted')
    for (const value of [
      null,
      7,
      'queued',
      ['queued'],
      { queued: 0 },
      { queued: 3601 },
      { queued: '60' },
      { 'a b': 60 },
    ]) {
      expect(await start({ limits: { presentationSecondsFor: value } }), describeValue(value)).to.equal('ERR_OPTION')
    }
  })

  it('refuse limits that they do not know: ERR_OPTION', async () => {
    for (const name of ['bodySize', 'maxDepthHops', 'retryAfterSeconds']) {
      expect(await start({ limits: { [name]: 1 } })).to.equal('ERR_OPTION')
    }
  })

  it('are read once: what their owner does to them later changes nothing', async () => {
    const edges = ['shop']
    const options = { name: 'cart', registry, policy: openPolicy, edges, log: () => {} }
    const cart = await Service.start(options)
    const mallory = await Service.start({ name: 'mallory', registry, log: () => {} })
    started.push(cart, mallory)
    edges.push('mallory')
    options.edges = ['mallory']
    const presentation = await mallory.wrap({ audience: 'cart', operation: 'read', userClaims: { sub: 'alice' } })
    expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))).to.equal('ERR_EDGE_NOT_ALLOWED')
  })
})

function describeValue(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
