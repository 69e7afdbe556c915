import { expect } from 'chai'
import fc from 'fast-check'
import { type BoundRequest, MemoryRegistry, Service, type Source, type VerifiedCall } from '../../lib/index.js'
import { EPOCH } from '../forge/hop.js'
import { ACCEPT_ALL } from './receiver.js'

const letter = fc.constantFrom(...'abcxyz0189')
const serviceName = fc
  .tuple(letter, fc.string({ unit: fc.constantFrom(...'az09._-'), maxLength: 20 }))
  .map(parts => parts.join(''))
  .filter(name => name !== 'receiver')
const operation = fc
  .tuple(fc.constantFrom(...'aZ9'), fc.string({ unit: fc.constantFrom(...'aZ9._:/-'), maxLength: 20 }))
  .map(parts => parts.join(''))
const HEADER_NAMES = new Set('alg kid typ cty iss aud op jti iat exp txn req tgt claims __proto__'.split(' '))
const claimName = fc
  .oneof(fc.string({ maxLength: 8 }), fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'toJSON', 'valueOf'))
  .filter(name => !HEADER_NAMES.has(name))
const claims = fc.dictionary(claimName, fc.jsonValue({ maxDepth: 3, noUnicodeString: false }), { maxKeys: 4 })
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'MESSAGE', 'get'),
  target: fc.webPath().map(path => `/${path}`),
  body: fc.oneof(fc.constant(undefined), fc.string({ unit: 'binary' }), fc.uint8Array()),
})
const hop = fc.record({
  name: serviceName,
  operation,
  claims,
  request: fc.option(request, { nil: undefined }),
  algorithm: fc.constantFrom('ES256' as const, 'EdDSA' as const),
})
const initial = fc.oneof(
  fc.constant({ job: true as const }),
  claims.map(userClaims => ({ userClaims: { ...userClaims, sub: 'jo' } })),
)

/** Whether JSON has a form for a value that says the same, within the sizes of the wire format. */
function isPlain(value: object): boolean {
  const text = JSON.stringify(value)
  return text.length < 500 && !text.includes('__proto__') && text.isWellFormed() && !text.includes('\\ud')
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))

/** A chain of services, each of which received what the one before it sent, and the last frame's receiver. */
async function travel(
  hops: readonly (typeof hop extends fc.Arbitrary<infer T> ? T : never)[],
  source: Source,
): Promise<VerifiedCall[]> {
  const registry = new MemoryRegistry()
  const start = (name: string, algorithm: 'ES256' | 'EdDSA') =>
    Service.start({
      name,
      registry,
      algorithm,
      policy: ACCEPT_ALL,
      edges: [hops[0]?.name ?? ''],
      clock: () => EPOCH,
    })
  const services = await Promise.all([
    ...hops.map(({ name, algorithm }) => start(name, algorithm)),
    start('receiver', 'ES256'),
  ])
  const calls: VerifiedCall[] = []
  for (const [position, { operation, claims, request }] of hops.entries()) {
    const [sender, receiver] = services.slice(position)
    const parent = calls.at(-1)
    const hopSource: Source = parent === undefined ? source : { parent }
    const bound: BoundRequest | undefined = request
    const presentation = await sender?.wrap({
      audience: receiver?.name ?? '',
      operation,
      claims,
      request: bound,
      ...hopSource,
    })
    const call = await receiver?.unwrap(presentation, {
      operation,
      request: bound,
      binding: bound ? 'request' : 'none',
    })
    if (call !== undefined) calls.push(call)
  }
  return calls
}

describe('wrapping and unwrapping', () => {
  it('gives the call and one frame more, for all names, operations, claims, requests and depths', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hop, { minLength: 1, maxLength: 6 }), initial, async (hops, source) => {
        fc.pre(hops.every(({ claims }) => isPlain(claims)) && isPlain(source) && !('iss' in source))
        const calls = await travel(hops, source)
        expect(calls).to.have.length(hops.length)
        for (const [position, call] of calls.entries()) {
          const { name, operation, claims } = hops[position] ?? {}
          const [newest, ...others] = call.callStack
          expect(others).to.deep.equal(calls[position - 1]?.callStack ?? [])
          expect(newest).to.include({ service: name, operation, audience: hops[position + 1]?.name ?? 'receiver' })
          expect(asJson(newest?.claims)).to.deep.equal(asJson(claims))
          expect(call.transaction).to.equal(calls[0]?.transaction)
          const claimsOfUser = 'userClaims' in source ? source.userClaims : undefined
          expect(asJson(call.initialToken?.claims ?? null)).to.deep.equal(asJson(claimsOfUser ?? null))
        }
      }),
      { numRuns: 80 },
    )
  })

  it('refuses every other request than the one that was signed: ERR_REQUEST_MISMATCH', async () => {
    const registry = new MemoryRegistry()
    const clock = () => EPOCH
    const sender = await Service.start({ name: 'sender', registry, clock })
    const receiver = await Service.start({
      name: 'receiver',
      registry,
      clock,
      policy: ACCEPT_ALL,
      log: () => undefined,
    })
    const bytesOf = ({ method, target, body = '' }: BoundRequest) =>
      JSON.stringify([method, target, Buffer.from(body as string).toString('hex')])
    await fc.assert(
      fc.asyncProperty(request, request, async (signed, received) => {
        const hop = { audience: 'receiver', operation: 'call', job: true as const }
        const presentation = await sender.wrap({ ...hop, request: signed })
        const code = await receiver.unwrap(presentation, { operation: 'call', request: received }).then(
          () => 'accepted',
          error => error.code,
        )
        expect(code).to.equal(bytesOf(signed) === bytesOf(received) ? 'accepted' : 'ERR_REQUEST_MISMATCH')
      }),
      { numRuns: 300 },
    )
  })
})
