import { expect } from 'chai'
import {
  type InitialTokenVerifier,
  jwtIssuer,
  type OriginOption,
  type Service,
  type WrapOptions,
} from '../../lib/index.js'
import { introspection } from '../../lib/oauth.js'
import { ServiceParty } from '../http/service-party.js'
import { CLAIMS, makeIssuer } from '../initial-token/issuer.js'
import { errorOf, refusalOf } from '../jws/refusal.js'

const NOW = 10_000
const issuer = makeIssuer()
const clock = () => NOW
const verifier = (origin?: OriginOption): InitialTokenVerifier =>
  jwtIssuer({
    issuer: CLAIMS.iss,
    jwks: { keys: [issuer.jwk] },
    audience: 'countersign',
    algorithms: ['ES256'],
    origin,
  })

describe('a token that names its edge', () => {
  const party = new ServiceParty()
  after(() => party.stop())

  /** A service that receives calls of two edges, which themselves look at nothing. */
  async function receive(origin: OriginOption) {
    const common = { clock, edges: ['shop', 'kiosk'] }
    const careless = { ...common, initialToken: { accept: [verifier()] } }
    const edges = {
      shop: await party.start('shop', careless),
      kiosk: await party.start('kiosk', careless),
      cart: await party.start('cart', { ...common, initialToken: { accept: [verifier(origin)] } }),
    }
    return async (edge: 'shop' | 'kiosk', claims: object) => {
      const token = issuer.issue({ ...CLAIMS, ...claims })
      const options = { audience: 'cart', operation: 'checkout', initialToken: token }
      const presentation = await edges[edge].wrap(options)
      return await refusalOf(() => edges.cart.unwrap(presentation, { operation: 'checkout' }))
    }
  }

  for (const claim of ['azp', 'client_id'] as const) {
    it(`in \`${claim}\` begins the chains of that edge, and no others: ERR_INITIAL_TOKEN_FOREIGN`, async () => {
      const verdict = await receive({ claim })
      expect(await verdict('shop', { [claim]: 'shop' })).to.equal('accepted')
      expect(await verdict('kiosk', { [claim]: 'kiosk' })).to.equal('accepted')
      expect(await verdict('kiosk', { [claim]: 'shop' })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
      for (const named of [undefined, null, '', 7, ['shop'], { shop: true }, 'Shop', 'shop ', '*']) {
        expect(await verdict('shop', { [claim]: named }), JSON.stringify(named)).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
      }
    })
  }

  it('in `aud` begins the chains of each edge in the list', async () => {
    const verdict = await receive({ claim: 'aud' })
    expect(await verdict('shop', { aud: ['countersign', 'shop'] })).to.equal('accepted')
    expect(await verdict('kiosk', { aud: ['countersign', 'shop'] })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
    expect(await verdict('shop', { aud: 'countersign' })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
  })

  it('may name it as the authorization server does; an edge without such a name brings nothing', async () => {
    const verdict = await receive({ claim: 'azp', clients: { shop: ['web-17', 'app-17'] } })
    expect(await verdict('shop', { azp: 'web-17' })).to.equal('accepted')
    expect(await verdict('shop', { azp: 'app-17' })).to.equal('accepted')
    expect(await verdict('shop', { azp: 'shop' })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
    expect(await verdict('kiosk', { azp: 'web-17' })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
    expect(await verdict('kiosk', { azp: 'kiosk' })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
    const strange = await receive({ claim: 'azp', clients: { constructor: 'x' } })
    expect(await strange('shop', { azp: 'x' })).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
  })

  it('is refused by the edge itself, before it is signed', async () => {
    const kiosk = await party.start('kiosk', { clock, initialToken: { accept: [verifier({ claim: 'azp' })] } })
    const initialToken = issuer.issue({ ...CLAIMS, azp: 'shop' })
    const error = await errorOf(() => kiosk.begin({ initialToken }, () => expect.fail('it began')))
    expect(error).to.include({ code: 'ERR_INITIAL_TOKEN_FOREIGN', status: 401, invariant: 15 })
    expect(error.message).to.equal('the initial token was not issued to `kiosk`')
  })

  it('may be opaque: its issuer says to whom it was issued', async () => {
    const said = { active: true, token_type: 'Bearer', aud: 'countersign', client_id: 'shop', exp: 10_600 }
    const opaque = introspection({
      issuer: CLAIMS.iss,
      endpoint: 'https://idp.example/introspect',
      client: { id: 'shop', secret: 'x' },
      audience: 'countersign',
      origin: { claim: 'client_id' },
      fetch: async () => Response.json(said),
    })
    for (const [name, expected] of [
      ['shop', 'accepted'],
      ['kiosk', 'ERR_INITIAL_TOKEN_FOREIGN'],
    ] as const) {
      const service = await party.start(name, { clock, initialToken: { accept: [opaque] } })
      expect(await refusalOf(() => service.begin({ initialToken: 'x' }, () => {}))).to.equal(expected)
    }
  })

  it('is refused where the check of a verifier that is not ours fails', async () => {
    const checks: readonly InitialTokenVerifier['isIssuedTo'][] = [
      () => {
        throw new Error('broken')
      },
      () => 'yes' as never,
      (async () => true) as never,
    ]
    for (const isIssuedTo of checks) {
      const accept = [{ ...verifier(), isIssuedTo }]
      const service = await party.start('shop', { clock, initialToken: { accept } })
      const code = await refusalOf(() => service.begin({ initialToken: issuer.issue() }, () => {}))
      expect(code).to.equal('ERR_INITIAL_TOKEN_FOREIGN')
    }
    const accept = [{ ...verifier(), isIssuedTo: 'shop' as never }]
    expect(await refusalOf(() => party.start('shop', { initialToken: { accept } }))).to.equal('ERR_OPTION')
  })

  it('is described rightly, or not at all: ERR_OPTION', async () => {
    const wrong: readonly unknown[] = [
      null,
      'azp',
      {},
      { claim: 'sub' },
      { claim: 'AZP' },
      { claim: 'azp', client: { shop: 'x' } },
      { claim: 'azp', clients: null },
      { claim: 'azp', clients: ['shop'] },
      { claim: 'azp', clients: { shop: '' } },
      { claim: 'azp', clients: { shop: [] } },
      { claim: 'azp', clients: { shop: 7 } },
      { claim: 'azp', clients: { 'no service': 'x' } },
    ]
    for (const origin of wrong) {
      expect(await refusalOf(() => verifier(origin as never)), JSON.stringify(origin)).to.equal('ERR_OPTION')
    }
  })
})

describe('only edges start chains with a user', () => {
  const party = new ServiceParty()
  const initialToken = { accept: [verifier()], user: true } as const
  let shop: Service
  let cart: Service
  let mallory: Service

  before(async () => {
    const common = { clock, edges: ['shop'], initialToken }
    shop = await party.start('shop', common)
    cart = await party.start('cart', common)
    mallory = await party.start('mallory', common)
  })
  after(() => party.stop())

  it('so who sees a token in a chain begins none with it: ERR_EDGE_NOT_ALLOWED', async () => {
    const token = issuer.issue()
    const call = { audience: 'mallory', operation: 'checkout' }
    const seen = await shop.wrap({ ...call, initialToken: token })
    await mallory.unwrap(seen, { operation: 'checkout' })
    const stolen = seen.split('~').at(-1) ?? ''
    expect(stolen).to.equal(token)
    const beginnings = [{ initialToken: stolen }, { userClaims: { sub: 'alice' } }]
    for (const beginning of beginnings) {
      const forged = await mallory.wrap({ ...call, audience: 'cart', ...beginning } as WrapOptions)
      expect(await refusalOf(() => cart.unwrap(forged, { operation: 'checkout' }))).to.equal('ERR_EDGE_NOT_ALLOWED')
    }
    // Alone, or on the chain as it came, he may go on.
    const job = await mallory.wrap({ ...call, audience: 'cart', job: true })
    expect((await cart.unwrap(job, { operation: 'checkout' })).initialToken).to.equal(undefined)
  })
})
