import { execFile } from 'node:child_process'
import type { Runtime } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { expect } from 'chai'
import { carriedInitialTokenOf, VerifiedCall } from '../../lib/chain/verified-call.js'
import { type InitialTokenVerifier, jwtIssuer, MemoryRegistry, Service } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { dissect } from '../forge/dissection.js'
import { EPOCH, type ForgedHop } from '../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims } from '../forge/initial-token.js'
import { forgeKey, forgeSigner } from '../forge/key.js'
import { refusalOf } from '../jws/refusal.js'
import { ACCEPT_ALL, TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const claims = { tenant: 'a', list: [{ deep: [1, null, true] }], constructor: 'x', toString: { valueOf: 1 } }
const issuer = 'https://login.example'

/** What a debugger is told of an object. */
interface Members {
  readonly result: unknown
  readonly privateProperties: readonly { readonly value: Runtime.RemoteObject }[]
}

/** Objects in a value, itself included, each with its path. */
function objectsIn(value: unknown, path = 'call'): (readonly [path: string, object: object])[] {
  if (typeof value !== 'object' || value === null) return []
  const members = Reflect.ownKeys(value).map(key => [String(key), Reflect.get(value, key)] as const)
  return [[path, value], ...members.flatMap(([key, member]) => objectsIn(member, `${path}.${key}`))]
}

/** Texts that nobody may find in what is shown of a call. */
function secretsOf({ presentation }: ForgedHop): string[] {
  const { secret, hops, initialToken } = dissect(presentation)
  return [secret, initialToken, ...hops.flatMap(({ encodedHeader, signature }) => [encodedHeader, signature])]
}

describe('a verified call', () => {
  let receiver: TestReceiver
  let forged: ForgedHop
  let call: VerifiedCall

  beforeEach(async () => {
    const issuerKey = forgeKey('issuer')
    const jwks = { keys: [{ ...issuerKey.publicJwk }] }
    const accept = [jwtIssuer({ issuer, audience: 'shop', algorithms: ['ES256'], jwks })]
    receiver = await TestReceiver.start({ signers: [shop, cart], edges: ['shop'], initialToken: { accept } })
    const jwt = forgeJwt({ key: issuerKey, claims: { iss: issuer, aud: 'shop', exp: EPOCH + 600, roles: [{ a: 1 }] } })
    forged = forgeChain([shop, cart], 'receiver', { header: { claims } }, jwt)
    call = await receiver.unwrap(forged.presentation)
  })

  it('is frozen at every depth (invariant 19)', () => {
    const loose = objectsIn(call).filter(([, object]) => !Object.isFrozen(object))
    expect(loose.map(([path]) => path)).to.deep.equal([])
    expect(objectsIn(call).length).to.be.greaterThan(30)
    expect(() => Object.assign(call, { transaction: 'x' })).to.throw(TypeError)
    expect(() => Object.assign(call.callStack[0]?.claims ?? {}, { tenant: 'b' })).to.throw(TypeError)
  })

  it('is frozen at every depth whatever a policy of somebody else answers', async () => {
    const answer = { effect: 'accept', enforced: true, reason: '', lists: [{ effect: 'accept', list: 1 }], stack: '' }
    const policy = { evaluate: () => answer as never }
    const other = await TestReceiver.start({ signers: [shop], policy })
    const judged = await other.unwrap(forgeChain([shop], 'receiver').presentation)
    expect(objectsIn(judged).filter(([, object]) => !Object.isFrozen(object))).to.deep.equal([])
    expect(judged.decision).to.deep.equal(answer)
    expect(Object.isFrozen(answer)).to.equal(false)
  })

  it('shares nothing that can change with another call: what a verifier keeps is frozen on the surface at most', async () => {
    const roles = ['user']
    const kept = Object.freeze(Object.assign(Object.create(null), { sub: 'jo', roles }))
    const verifier: InitialTokenVerifier = {
      kind: 'token',
      issuer: 'https://login.example',
      verify: async () => ({ kind: 'token', claims: kept }),
    }
    const other = await TestReceiver.start({ signers: [shop], edges: ['shop'], initialToken: { accept: [verifier] } })
    const verified = await other.unwrap(forgeChain([shop], 'receiver', {}, forgeOpaqueToken('x')).presentation)
    roles.push('admin')
    expect(verified.initialToken?.claims.roles).to.deep.equal(['user'])
    expect(Object.isFrozen(verified.initialToken?.claims.roles)).to.equal(true)
  })

  it('is frozen at every depth whatever a verifier of somebody else answers', async () => {
    const claims = { sub: 'jo', roles: [{ name: 'buyer' }], constructor: null }
    const verifier: InitialTokenVerifier = {
      kind: 'token',
      issuer: 'https://login.example',
      verify: async () => ({ kind: 'token', claims }),
    }
    const other = await TestReceiver.start({
      signers: [shop],
      edges: ['shop'],
      initialToken: { accept: [verifier] },
    })
    const verified = await other.unwrap(forgeChain([shop], 'receiver', {}, forgeOpaqueToken('x')).presentation)
    const objects = objectsIn(verified.initialToken?.claims)
    expect(objects.filter(([, object]) => !Object.isFrozen(object))).to.deep.equal([])
    expect(objects.map(([, object]) => Array.isArray(object) || Object.getPrototypeOf(object))).to.deep.equal([
      null,
      true,
      null,
    ])
    expect(verified.initialToken?.claims).to.deep.equal(claims)
    expect(verified.policyInput.initialToken?.claims).to.equal(verified.initialToken?.claims)
    expect(Object.isFrozen(claims)).to.equal(false)
  })

  it('has claims without a prototype', () => {
    const claimsObjects = objectsIn(call).filter(([path]) => /\.claims(\.|$)/.test(path))
    const inherited = claimsObjects.filter(
      ([, object]) => !Array.isArray(object) && Object.getPrototypeOf(object) !== null,
    )
    expect(inherited.map(([path]) => path)).to.deep.equal([])
    expect(call.callStack[0]?.claims).to.have.property('constructor', 'x')
    expect(Object.prototype).not.to.have.property('tenant')
  })

  it('has claims without a prototype where a hop has none', async () => {
    const { callStack } = await receiver.unwrap(forgeChain([shop], 'receiver').presentation)
    expect(Object.getPrototypeOf(callStack[0]?.claims)).to.equal(null)
    expect(Object.isFrozen(callStack[0]?.claims)).to.equal(true)
  })

  it('shows no chain, token or secret in JSON, inspection, copies or keys', () => {
    const shown = [
      JSON.stringify(call),
      inspect(call, { depth: 100, showHidden: true, showProxy: true, getters: true, maxStringLength: null }),
      JSON.stringify(structuredClone(call)),
      JSON.stringify({ ...call }),
      JSON.stringify(Object.getOwnPropertyDescriptors(call)),
      Reflect.ownKeys(call).map(String).join(),
      String(call),
      inspect(receiver.service, { depth: 100, showHidden: true }),
      JSON.stringify(receiver.service),
      inspect(receiver.events, { depth: 100 }),
    ]
    for (const text of shown) {
      for (const secret of secretsOf(forged)) expect(text).not.to.contain(secret)
    }
    expect(shown[0]).to.contain('"tenant":"a"')
  })

  it('shows no chain, token or secret in an error', async () => {
    const attempts: [unknown, object][] = [
      [forged.presentation, {}],
      [`${forged.presentation.slice(0, -1)}A`, {}],
      [forged.chain, {}],
      [forgeChain([shop, cart], 'receiver').presentation, { operation: 'another' }],
    ]
    for (const [presentation, expected] of attempts) {
      const error = await receiver.refusal(presentation, expected)
      const text = `${inspect(error, { depth: 100, showHidden: true })} ${JSON.stringify(error)} ${error.message}`
      for (const secret of secretsOf(forged)) expect(text).not.to.contain(secret)
    }
  })

  it('says what was verified, and exactly what the policy saw', async () => {
    const { hops } = dissect(forged.presentation)
    const [newest, origin] = hops.map(({ header }) => header)
    expect(call.callStack).to.deep.equal(
      [newest, origin].map(header => ({
        service: header?.iss,
        kid: header?.kid,
        audience: header?.aud,
        operation: 'call',
        id: header?.jti,
        issuedAt: EPOCH,
        expiresAt: EPOCH + 300,
        claims: header?.claims,
      })),
    )
    expect(call).to.include({ transaction: origin?.txn, operation: 'call', expiresAt: EPOCH + 300 })
    const { iss, aud, op, jti, iat, exp } = newest ?? {}
    expect(call.policyInput.callStack[0]).to.deep.equal({
      service: 'cart',
      operation: 'call',
      claims: { ...claims, iss, aud: [aud], op, jti, iat, exp },
    })
    expect(call.policyInput.initialToken?.claims).to.equal(call.initialToken?.claims)
    const input = JSON.parse(JSON.stringify(call.policyInput))
    expect(ACCEPT_ALL.evaluate(input)).to.deep.equal(call.decision)
  })

  it('can be continued by the service that unwrapped it', async () => {
    const presentation = await receiver.service.wrap({ audience: 'next', operation: 'go', parent: call })
    expect(dissect(presentation).hops.map(({ header }) => header.iss)).to.deep.equal(['receiver', 'cart', 'shop'])
  })

  it('looks like any object, and leads to no way of making another', () => {
    expect(call.constructor).to.equal(Object)
    const prototype: object = Object.getPrototypeOf(call)
    expect(Reflect.ownKeys(prototype)).to.deep.equal(['constructor'])
    expect(Object.isFrozen(prototype)).to.equal(true)
    expect(Reflect.ownKeys(call).sort()).to.deep.equal([
      'callStack',
      'decision',
      'expiresAt',
      'initialToken',
      'operation',
      'policyInput',
      'transaction',
    ])
    expect(inspect(call, { showHidden: true })).to.match(/^\{/)
  })

  it('shows no chain to a debugger that collects the members of objects, private ones too', async () => {
    const session = new Session()
    session.connect()
    try {
      const shown = Symbol.for('countersign.spec.shown')
      Object.assign(globalThis, { [shown]: call })
      const expression = "globalThis[Symbol.for('countersign.spec.shown')]"
      const { result } = await session.post('Runtime.evaluate', { expression, generatePreview: true })
      Reflect.deleteProperty(globalThis, shown)
      const membersOf = async ({ objectId = '' }: Runtime.RemoteObject) => {
        const asked = { objectId, ownProperties: true, generatePreview: true }
        // The types know of no private members.
        return (await session.post('Runtime.getProperties', asked)) as unknown as Members
      }
      const members = await membersOf(result)
      const texts = [JSON.stringify(result), JSON.stringify(members)]
      for (const { value } of members.privateProperties) texts.push(JSON.stringify((await membersOf(value)).result))
      expect(texts[0]).to.contain('callStack')
      for (const secret of secretsOf(forged)) expect(texts.join()).not.to.contain(secret)
    } finally {
      session.disconnect()
    }
  })

  it('cannot be continued as a copy, a proxy, an heir or a forgery: ERR_PARENT_FOREIGN', async () => {
    const foreign = {
      spread: { ...call },
      clone: structuredClone(call),
      json: JSON.parse(JSON.stringify(call)),
      proxy: new Proxy(call, {}),
      heir: Object.create(call),
      twin: Object.freeze(Object.assign(Object.create(Object.getPrototypeOf(call)), call)),
      frame: call.callStack[0],
      policyInput: call.policyInput,
      text: forged.presentation,
      nothing: null,
    }
    for (const [kind, parent] of Object.entries(foreign)) {
      const wrapped = () => receiver.service.wrap({ audience: 'next', operation: 'go', parent: parent as never })
      expect(await refusalOf(wrapped), kind).to.equal('ERR_PARENT_FOREIGN')
      expect(await refusalOf(async () => receiver.service.runInCall(parent as never, () => undefined))).to.equal(
        'ERR_PARENT_FOREIGN',
      )
    }
  })

  it('cannot be continued by another service of the process, even one of the same name: ERR_PARENT_FOREIGN', async () => {
    for (const name of ['other', 'receiver']) {
      const other = await Service.start({ name, registry: new MemoryRegistry(), clock: () => EPOCH })
      const wrapped = () => other.wrap({ audience: 'next', operation: 'go', parent: call })
      expect(await refusalOf(wrapped)).to.equal('ERR_PARENT_FOREIGN')
    }
  })

  it('is reported with the services of its stack, and without a token', async () => {
    const user = forgeChain([shop, cart], 'receiver', {}, forgeUserClaims({ sub: 'jo' }))
    expect(await receiver.verdict(user.presentation)).to.equal('ERR_INITIAL_TOKEN_NOT_ACCEPTED')
    expect(receiver.events.map(({ outcome, code, stack }) => ({ outcome, code, stack }))).to.deep.equal([
      { outcome: 'accepted', code: undefined, stack: ['cart', 'shop'] },
      { outcome: 'refused', code: 'ERR_INITIAL_TOKEN_NOT_ACCEPTED', stack: ['cart', 'shop'] },
    ])
  })

  it('gives out the token of an authorization server that it carries, as it was issued, and nothing else', async () => {
    const carrying = (kind: string | undefined, rest: string) =>
      new VerifiedCall({ initialToken: kind && { kind } } as unknown as VerifiedCall, {
        receiver: {},
        chain: `h..s~h..s${rest}`,
        hops: 2,
      })
    expect(carriedInitialTokenOf(carrying('jwt', '~head.claims.signature'))).to.equal('head.claims.signature')
    const opaque = Buffer.from('opaque-ü').toString('base64url')
    expect(carriedInitialTokenOf(carrying('token', `~${opaque}`))).to.equal('opaque-ü')
    expect(carriedInitialTokenOf(carrying('user', `~${opaque}`))).to.equal(undefined)
    expect(carriedInitialTokenOf(carrying(undefined, ''))).to.equal(undefined)
    for (const stranger of [{ initialToken: { kind: 'jwt' } }, undefined, null, 'text', 5]) {
      expect(await refusalOf(() => carriedInitialTokenOf(stranger as never))).to.equal('ERR_PARENT_FOREIGN')
    }
  })

  it('leaves nothing behind that young collections do not take: a presentation has thousands of bytes', async () => {
    const script = fileURLToPath(new URL('call-garbage.ts', import.meta.url))
    const found: number[] = []
    // Now and then the engine takes young objects for old ones on its own account; what holds them does so every time.
    for (let run = 0; run < 3 && Math.min(...found) > 500; run += 1) {
      const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script])
      const { charactersPerCall, oldBytesPerCall } = JSON.parse(stdout)
      expect(charactersPerCall).to.be.greaterThan(2000)
      found.push(oldBytesPerCall)
    }
    // What the replay store remembers is some of it.
    expect(Math.min(...found)).to.be.within(10, 500)
  }).timeout(60_000)
})
