import { expect } from 'chai'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { MemoryRegistry, Service } from '../../lib/index.js'
import { base64url } from '../forge/base64url.js'
import { forgeChain } from '../forge/chain.js'
import { dissect } from '../forge/dissection.js'
import { EPOCH, random128, sealOf } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { type ForgedKey, forgeKey, forgeSigner, type Signer } from '../forge/key.js'
import { ACCEPT_ALL, TestReceiver } from './receiver.js'

/** Signs a hop with jose, and takes its payload out (RFC 7515, appendix F). */
async function signWithJose(header: object, payload: string, key: ForgedKey): Promise<string> {
  const jws = await new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: key.algorithm, ...header })
    .sign(await importJWK({ ...key.privateJwk }, key.algorithm))
  const [encodedHeader, , signature] = jws.split('.')
  return `${encodedHeader}..${signature}`
}

/** Verifies every hop with jose, its payload put back between the dots. */
async function verifyWithJose(presentation: string, keys: readonly ForgedKey[]): Promise<object[]> {
  const headers: object[] = []
  for (const [position, { encodedHeader, signature, payload }] of dissect(presentation).hops.entries()) {
    const key = keys[position] ?? forgeKey('none')
    const jws = `${encodedHeader}.${base64url(payload)}.${signature}`
    const verified = await compactVerify(jws, await importJWK({ ...key.publicJwk }, key.algorithm))
    expect(Buffer.from(verified.payload).toString()).to.equal(payload)
    headers.push(verified.protectedHeader)
  }
  return headers
}

describe('a hop and jose', () => {
  const shop = forgeSigner('shop', 'ES256')
  const cart = forgeSigner('cart', 'EdDSA')

  it('verifies as a compact JWS once its payload is put back, with both algorithms', async () => {
    const registry = new MemoryRegistry()
    const start = ({ name, key }: Signer) =>
      Service.start({
        name,
        registry,
        key: key.privateJwk as never,
        policy: ACCEPT_ALL,
        edges: ['shop'],
        clock: () => EPOCH,
      })
    const [first, second] = [await start(shop), await start(cart)]
    const inner = await first.wrap({ audience: 'cart', operation: 'call', userClaims: { sub: 'jo' }, claims: { a: 1 } })
    const parent = await second.unwrap(inner, { operation: 'call' })
    const outer = await second.wrap({
      audience: 'next',
      operation: 'go',
      parent,
      request: { method: 'GET', target: '/' },
    })
    const headers = await verifyWithJose(outer, [cart.key, shop.key])
    expect(headers.map(header => Reflect.get(header, 'alg'))).to.deep.equal(['EdDSA', 'ES256'])
    expect(headers[0]).to.include({ iss: 'cart', aud: 'next', op: 'go', cty: 'hop+jws' })
  })

  it('verifies as a compact JWS with an empty payload where nothing follows', async () => {
    const sender = await Service.start({
      name: 'shop',
      registry: new MemoryRegistry(),
      key: shop.key.privateJwk as never,
    })
    await verifyWithJose(await sender.wrap({ audience: 'cart', operation: 'go', job: true }), [shop.key])
  })

  it('is accepted where jose signed it, with both algorithms', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart], edges: ['shop'] })
    const user = forgeUserClaims({ sub: 'jo' })
    const [innerSecret, secret] = [random128(), random128()]
    const common = { typ: 'hop+jws', op: 'call', iat: EPOCH, exp: EPOCH + 60 }
    const innerHeader = { kid: shop.key.kid, iss: 'shop', aud: 'cart', cty: 'user', jti: sealOf(innerSecret) }
    const inner = await signWithJose({ ...common, ...innerHeader, txn: random128() }, user.text, shop.key)
    const payload = `${inner}~${user.text}`
    const outerHeader = { kid: cart.key.kid, iss: 'cart', aud: 'receiver', cty: 'hop+jws', jti: sealOf(secret) }
    const outer = await signWithJose({ ...common, ...outerHeader }, payload, cart.key)
    const call = await receiver.unwrap(`${secret}~${outer}~${payload}`)
    expect(call.callStack.map(({ service }) => service)).to.deep.equal(['cart', 'shop'])
    expect(call.initialToken).to.deep.equal({ kind: 'user', claims: { sub: 'jo' } })
  })

  it('is the same for the workbench, which shares no code with the library', async () => {
    const forged = forgeChain([shop, cart], 'receiver', {}, forgeUserClaims({ sub: 'jo' }))
    await verifyWithJose(forged.presentation, [cart.key, shop.key])
  })
})
