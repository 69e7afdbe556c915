import { expect } from 'chai'
import { type ClaimsOption, Service } from '../../lib/index.js'
import { forgeChain } from '../forge/chain.js'
import { type ForgedHop, forgeHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { errorOf } from '../jws/refusal.js'
import { TestReceiver } from './receiver.js'

const [shop, cart, stock] = [forgeSigner('shop'), forgeSigner('cart', 'EdDSA'), forgeSigner('stock')]
const NOTHING = Symbol('nothing is stated')

/** What the initial token and the hops state of a claim, from the inside out; NOTHING where they do not have it. */
type Statements = readonly [initialToken: unknown, ...hops: unknown[]]

describe('claims along the chain', () => {
  const receivers = new Map<string, Promise<TestReceiver>>()
  const receiverWith = (claimsAlongChain: ClaimsOption | undefined): Promise<TestReceiver> => {
    const name = JSON.stringify(claimsAlongChain) ?? ''
    const receiver =
      receivers.get(name) ?? TestReceiver.start({ signers: [shop, cart, stock], edges: ['shop'], claimsAlongChain })
    receivers.set(name, receiver)
    return receiver
  }

  function chainOf(claim: string, [initialToken, ...hops]: Statements): ForgedHop {
    const claims = (value: unknown) => (value === NOTHING ? {} : { [claim]: value })
    const signers = [shop, cart, stock].slice(0, hops.length)
    const header = (position: number) => ({ header: { claims: claims(hops[position]) } })
    return forgeChain(signers, 'receiver', header, forgeUserClaims({ sub: 'jo', ...claims(initialToken) }))
  }

  after(async () => {
    for (const receiver of receivers.values()) await (await receiver).service.stop()
  })

  const NARROWING: readonly (readonly [title: string, statements: Statements, hopAtFault?: number])[] = [
    ['the same words', ['a b', 'a b', 'a b', 'a b']],
    ['fewer words, hop by hop', ['a b c', 'a b', 'b', '']],
    ['words in another order, twice, or with more spaces', ['a b', ' b  a a']],
    ['a list in place of a text, and a text in place of a list', ['a b', ['b', 'a'], 'b']],
    ['nothing, for some hops', ['a b', NOTHING, 'a', NOTHING]],
    ['a word that nothing inside it states otherwise', [NOTHING, NOTHING, 'a']],
    ['a word more', ['a b', 'a b c'], 0],
    ['another word', ['a', 'b'], 0],
    ['the beginning of a word', ['shop.user', 'shop'], 0],
    ['a word in another case', ['a', 'A'], 0],
    ['a word more, in the middle of the chain', ['a', 'a', 'a b', 'a'], 1],
    ['a word that was taken back before', ['a b', 'a', 'a b'], 0],
    ['a word that was taken back by a hop that others left as it was', ['a b', 'a', NOTHING, 'b'], 0],
    ['a word more than the origin states', [NOTHING, 'a', 'a b'], 0],
    ['a word where nothing was left', ['a', '', 'a'], 0],
    ['a word behind a hop that says null', ['a', null, 'b'], 0],
    ['two words in one element of a list', ['a b', ['a b']], 0],
    ['the words of one element of a list', [['a b'], 'a b'], 0],
    ['an empty word in a list', ['a', ['']], 0],
    ['words between tabs', ['a b', 'a\tb'], 0],
    ['a number', ['3', 3], 0],
    ['an object, though nothing inside states a word', [NOTHING, { a: true }], 0],
    ['a list with a number, though nothing inside states a word', [NOTHING, ['a', 3]], 0],
    ['a flag', [NOTHING, false], 0],
    ['a word where the user brings what is no list', [7, 'a'], 0],
    ['no word where the user brings what is no list', [7, '']],
  ]
  for (const [title, statements, hop] of NARROWING) {
    it(`${hop === undefined ? 'accepts' : 'does not accept'} in a narrowing claim: ${title}`, async () => {
      const receiver = await receiverWith({ narrowing: ['scope'] })
      const { presentation } = chainOf('scope', statements)
      if (hop === undefined) expect(await receiver.verdict(presentation)).to.equal('accepted')
      else
        expect(await receiver.refusal(presentation)).to.include({
          code: 'ERR_CLAIM_WIDENED',
          status: 401,
          hop,
          invariant: 24,
        })
    })
  }

  const CONSTANT: readonly (readonly [title: string, statements: Statements, hopAtFault?: number])[] = [
    ['the same text', ['north', 'north', 'north', 'north']],
    ['nothing, for some hops', ['north', NOTHING, 'north', NOTHING]],
    [
      'the same object, its members in another order',
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
    ],
    ['null, which states nothing', ['north', null, 'north']],
    ['a text that nothing inside it states otherwise', [NOTHING, NOTHING, 'north']],
    ['false, if that is what it wraps', [false, false]],
    ['another text', ['north', 'south'], 0],
    ['another text, in the middle of the chain', ['north', 'north', 'south', 'north'], 1],
    ['another text behind a hop without any', ['north', NOTHING, 'south'], 0],
    ['another text behind a hop that says null', ['north', null, 'south'], 0],
    ['another text than the origin states', [NOTHING, 'north', NOTHING, 'south'], 0],
    ['another type', ['3', 3], 0],
    ['a list of the same text', ['north', ['north']], 0],
    [
      'a list in another order',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      0,
    ],
    ['an object with a member more', [{ a: 1 }, { a: 1, b: 2 }], 0],
    ['a text in place of an empty one', ['', 'north'], 0],
    ['0 in place of false', [false, 0], 0],
  ]
  for (const [title, statements, hop] of CONSTANT) {
    it(`${hop === undefined ? 'accepts' : 'does not accept'} in a constant claim: ${title}`, async () => {
      const receiver = await receiverWith({ constant: ['tenant'] })
      const { presentation } = chainOf('tenant', statements)
      if (hop === undefined) expect(await receiver.verdict(presentation)).to.equal('accepted')
      else
        expect(await receiver.refusal(presentation)).to.include({
          code: 'ERR_CLAIM_CHANGED',
          status: 401,
          hop,
          invariant: 24,
        })
    })
  }

  it('are not compared where the receiver does not ask for it', async () => {
    const widened = chainOf('scope', ['a', 'a b']).presentation
    const changed = chainOf('tenant', ['north', 'south']).presentation
    const open = await receiverWith(undefined)
    expect([await open.verdict(widened), await open.verdict(changed)]).to.deep.equal(['accepted', 'accepted'])
    expect(await (await receiverWith({ narrowing: ['scope'] })).verdict(changed)).to.equal('accepted')
    expect(await (await receiverWith({ constant: ['tenant'] })).verdict(widened)).to.equal('accepted')
  })

  it('are each compared, where several are bound', async () => {
    const receiver = await receiverWith({ narrowing: ['roles', 'scope'], constant: ['region', 'tenant'] })
    const widened = chainOf('scope', ['a', 'a b']).presentation
    const changed = chainOf('tenant', ['north', 'south']).presentation
    expect(await receiver.verdict(widened)).to.equal('ERR_CLAIM_WIDENED')
    expect(await receiver.verdict(changed)).to.equal('ERR_CLAIM_CHANGED')
    expect(await receiver.verdict(chainOf('other', ['a', 'b']).presentation)).to.equal('accepted')
  })

  it('are compared around a chain that was verified before, too', async () => {
    const receiver = await receiverWith({ narrowing: ['scope'] })
    const inner = forgeHop({ by: shop, to: 'cart', header: { claims: { scope: 'a' } } })
    const around = (scope: string) =>
      forgeHop({ by: cart, to: 'receiver', around: inner, header: { claims: { scope } } })
    expect(await receiver.verdict(around('a').presentation)).to.equal('accepted')
    const { length } = receiver.lookups
    expect(await receiver.verdict(around('a b').presentation)).to.equal('ERR_CLAIM_WIDENED')
    expect(await receiver.verdict(around('a').presentation)).to.equal('accepted')
    expect(receiver.lookups).to.have.length(length)
  })

  it('are seen by the policy as each hop states them: what a hop does not state is not handed down', async () => {
    const receiver = await receiverWith({ narrowing: ['scope'] })
    const { policyInput } = await receiver.unwrap(chainOf('scope', ['a b', 'a', NOTHING]).presentation)
    expect(policyInput.callStack.map(({ claims }) => claims?.scope)).to.deep.equal([undefined, 'a'])
  })

  it('tell in a refusal which service stated which claim, and not what', async () => {
    const receiver = await receiverWith({ narrowing: ['scope'] })
    const { message } = await receiver.refusal(chainOf('scope', ['a', 'a', 'a secret-word']).presentation)
    expect(message).to.equal('`cart` states a wider `scope` than the chain that it wraps')
  })

  it('name in an option what may be bound: ERR_OPTION', async () => {
    const start = (claimsAlongChain: object) =>
      errorOf(() => Service.start({ name: 'shop', registry: receiverRegistry, claimsAlongChain }))
    const { registry: receiverRegistry } = await receiverWith(undefined)
    const wrong: readonly (readonly [option: object, message: string])[] = [
      [{}, '`claimsAlongChain` names no claim'],
      [{ narowing: ['scope'] }, '`claimsAlongChain`: unknown option `narowing`; did you mean `narrowing`?'],
      [{ narrowing: ['iss'] }, '`claimsAlongChain.narrowing` names `iss`, which no hop can state'],
      [{ constant: 'tenant' }, '`claimsAlongChain.constant` must be a list of names of claims'],
      [{ narrowing: ['a'], constant: ['a'] }, '`claimsAlongChain`: `a` is narrowing or constant, not both'],
    ]
    for (const [option, message] of wrong) expect((await start(option)).message).to.equal(message)
  })

  it('bind hops to each other where there is no initial token', async () => {
    const receiver = await receiverWith({ narrowing: ['roles'], constant: ['tenant'] })
    const chain = (...stated: readonly object[]) =>
      forgeChain([shop, cart], 'receiver', position => ({ header: { claims: { ...stated[position] } } })).presentation
    expect(await receiver.verdict(chain({ tenant: 'a', roles: 'x y' }, { tenant: 'a', roles: 'x' }))).to.equal(
      'accepted',
    )
    expect(await receiver.verdict(chain({ tenant: 'a' }, { tenant: 'b' }))).to.equal('ERR_CLAIM_CHANGED')
    expect(await receiver.verdict(chain({ roles: 'x' }, { roles: 'x y' }))).to.equal('ERR_CLAIM_WIDENED')
  })
})
