import { expect } from 'chai'
import { type InitialTokenVerifier, jwtIssuer, Service } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { EPOCH } from '../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims, type Wrapped } from '../forge/initial-token.js'
import { forgeKey, forgeSigner } from '../forge/key.js'
import { type ReceiverOptions, TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')
const issuerKey = forgeKey('issuer')
const issuer = jwtIssuer({
  issuer: 'https://login.example',
  audience: 'shop',
  algorithms: ['ES256'],
  jwks: { keys: [{ ...issuerKey.publicJwk }] },
})
const opaque = (verify: InitialTokenVerifier['verify']): InitialTokenVerifier => ({
  kind: 'token',
  issuer: 'https://opaque.example',
  verify,
})
const jwt = (exp = EPOCH + 600, members = {}) =>
  forgeJwt({ key: issuerKey, claims: { iss: issuer.issuer, aud: 'shop', sub: 'jo', exp, ...members } })
const user = forgeUserClaims({ sub: 'jo' })

async function verdictOf(token: Wrapped, options: ReceiverOptions, pieces = {}): Promise<string> {
  const receiver = await TestReceiver.start({ signers: [shop, cart], ...options })
  return await receiver.verdict(forgeChain([shop, cart], 'receiver', pieces, token).presentation)
}

describe('an edge', () => {
  it('brings a user where it is listed, and nobody else does: ERR_EDGE_NOT_ALLOWED', async () => {
    expect(await verdictOf(user, { edges: ['shop'] })).to.equal('accepted')
    for (const edges of [undefined, [], ['cart'], ['shop2', 'sho']]) {
      expect(await verdictOf(user, { edges })).to.equal('ERR_EDGE_NOT_ALLOWED')
    }
  })

  it('is the origin: who only passes a user on does not vouch for him', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart], edges: ['cart'] })
    const passed = forgeChain([shop, cart], 'receiver', {}, user)
    expect(await receiver.refusal(passed.presentation)).to.include({ code: 'ERR_EDGE_NOT_ALLOWED', hop: 1 })
    const brought = forgeChain([cart, shop], 'receiver', {}, user)
    expect(await receiver.verdict(brought.presentation)).to.equal('accepted')
  })

  it('is not needed where there is no user', async () => {
    const receiver = await TestReceiver.start({ signers: [shop, cart] })
    const call = await receiver.unwrap(forgeChain([shop, cart], 'receiver').presentation)
    expect(call.initialToken).to.equal(undefined)
  })
})

describe('an initial token', () => {
  const onlyIssuer = { edges: ['shop'], initialToken: { accept: [issuer] } }

  it('is accepted if its kind is configured: ERR_INITIAL_TOKEN_NOT_ACCEPTED', async () => {
    const none = { edges: ['shop'] }
    const both = { edges: ['shop'], initialToken: { accept: [issuer], user: true as const } }
    const answers = [user, jwt(), forgeOpaqueToken('x')].map(token =>
      Promise.all([none, onlyIssuer, both].map(options => verdictOf(token, options))),
    )
    const no = 'ERR_INITIAL_TOKEN_NOT_ACCEPTED'
    expect(await Promise.all(answers)).to.deep.equal([
      ['accepted', no, 'accepted'],
      [no, 'accepted', 'accepted'],
      [no, no, no],
    ])
  })

  it('has the kind of its verifier, never that of its looks', async () => {
    const asked: string[] = []
    const verifier = opaque(async token => {
      asked.push(token)
      return { kind: 'token', claims: { active: true } }
    })
    const receiver = await TestReceiver.start({
      signers: [shop],
      edges: ['shop'],
      initialToken: { accept: [issuer, verifier], user: true },
    })
    const looksLikeClaims = { cty: 'token', text: user.text }
    const call = await receiver.unwrap(forgeChain([shop], 'receiver', {}, looksLikeClaims).presentation)
    expect(call.initialToken).to.deep.equal({ kind: 'token', claims: { active: true } })
    expect(asked).to.deep.equal(['{"sub":"jo"}'])
    const liar = opaque(async () => ({ kind: 'jwt', claims: {} }))
    const options = { edges: ['shop'], initialToken: { accept: [liar] } }
    expect(await verdictOf(forgeOpaqueToken('x'), options)).to.equal('ERR_ISSUER_UNAVAILABLE')
  })

  it('that cannot be verified now is not accepted: ERR_ISSUER_UNAVAILABLE', async () => {
    const failures: InitialTokenVerifier['verify'][] = [
      () => Promise.reject(new Error('down')),
      async () => undefined as never,
      async () => ({ kind: 'token', claims: {}, expiresAt: Number.NaN }),
      async () => ({ kind: 'token', claims: { id: 10n } as never }),
      async () => ({ kind: 'token', claims: { sub: '\ud800' } }),
      async () => ({ kind: 'token', claims: [] as never }),
      async () => ({ kind: 'token', claims: { toJSON: () => undefined } as never }),
    ]
    for (const verify of failures) {
      const options = { edges: ['shop'], initialToken: { accept: [opaque(verify)] } }
      expect(await verdictOf(forgeOpaqueToken('x'), options)).to.equal('ERR_ISSUER_UNAVAILABLE')
    }
  })

  it('is not outlived by the hop that brings it: ERR_HOP_NESTING', async () => {
    const end = { expiresAt: EPOCH + 100 }
    expect(await verdictOf(jwt(EPOCH + 100), onlyIssuer, end)).to.equal('accepted')
    expect(await verdictOf(jwt(EPOCH + 99), onlyIssuer, end)).to.equal('ERR_HOP_NESTING')
    const asserted = (exp: number) => forgeUserClaims({ sub: 'jo', exp })
    expect(await verdictOf(asserted(EPOCH + 100), { edges: ['shop'] }, end)).to.equal('accepted')
    expect(await verdictOf(asserted(EPOCH + 99), { edges: ['shop'] }, end)).to.equal('ERR_HOP_NESTING')
  })

  it('of an issuer is read strictly, like everything else', async () => {
    expect(await verdictOf(jwt(EPOCH + 600, { iss: 'https://evil.example' }), onlyIssuer)).to.equal(
      'ERR_INITIAL_TOKEN_NOT_ACCEPTED',
    )
    expect(await verdictOf(jwt(EPOCH - 5), onlyIssuer, { expiresAt: EPOCH + 9 })).to.equal('ERR_INITIAL_TOKEN_EXPIRED')
    expect(await verdictOf(jwt(EPOCH + 600, { nonce: 'x' }), onlyIssuer)).to.equal('ERR_INITIAL_TOKEN_INVALID')
    expect(await verdictOf(forgeUserClaims('{"a":1,"a":2}'), { edges: ['shop'] })).to.equal('ERR_JSON_NOT_STRICT')
    expect(await verdictOf(forgeUserClaims({ iss: 'x' }), { edges: ['shop'] })).to.equal('ERR_INITIAL_TOKEN_INVALID')
  })

  it('that a sender of careless configuration takes for a JWT is read by no receiver as anything else', async () => {
    const careless: InitialTokenVerifier = { ...issuer, verify: async () => ({ kind: 'jwt', claims: {} }) }
    const initialToken = { accept: [careless] }
    const receiver = await TestReceiver.start({ signers: [shop], edges: ['sender'], initialToken })
    const sender = await Service.start({
      name: 'sender',
      registry: receiver.registry,
      initialToken,
      clock: () => EPOCH,
    })
    const { chain } = forgeChain([shop], 'sender')
    const send = async (token: string) =>
      receiver.verdict(await sender.wrap({ audience: 'receiver', operation: 'call', initialToken: token }))
    expect(await send(jwt().text)).to.equal('accepted')
    for (const token of [chain, `${chain}~${user.text}`, 'AA..AA', user.text, 'e30']) {
      expect(await send(token), token).to.equal('ERR_CONTENT_TYPE_MISMATCH')
    }
    for (const token of [`${jwt().text}~${chain}`, `${jwt().text}~${user.text}`, 'a b', '~', `${jwt().text}\n`]) {
      expect(await send(token), token).to.equal('ERR_PRESENTATION_MALFORMED')
    }
  })
})
