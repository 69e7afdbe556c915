import { expect } from 'chai'
import fc from 'fast-check'
import { documentedCodes } from '../chain/documented-codes.js'
import { TestReceiver } from '../chain/receiver.js'
import { forgeChain, forgeSigners } from '../forge/chain.js'
import { EPOCH } from '../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims } from '../forge/initial-token.js'
import { forgeKey, forgeSigner } from '../forge/key.js'
import { requestDigest } from '../forge/request.js'
import { seedOfRun } from '../independent/generator.js'
import { takesAnything } from './initial-tokens.js'

const REQUEST = { method: 'POST', target: '/x', body: 'hello' }
const [shop, cart] = [forgeSigner('shop'), forgeSigner('cart', 'EdDSA')]
const many = forgeSigners(5)
const jwt = forgeJwt({ key: forgeKey('issuer'), claims: { iss: 'https://login.example', exp: EPOCH + 300 } })
const spacious = (header: object) => JSON.stringify(header, undefined, 3)

/** Presentations of every shape, each bound to the same request or to none. */
const PRESENTATIONS: Readonly<Record<string, string>> = {
  'a job of one hop': forgeChain([shop], 'receiver').presentation,
  'a bound hop around a JWT': forgeChain([cart], 'receiver', { header: { req: requestDigest(REQUEST) } }, jwt)
    .presentation,
  'a hop around an opaque token': forgeChain([shop], 'receiver', {}, forgeOpaqueToken('opaque token')).presentation,
  'two hops with white space around user claims': forgeChain(
    [shop, cart],
    'receiver',
    { write: spacious },
    forgeUserClaims({ sub: 'jo', exp: EPOCH + 300 }),
  ).presentation,
}

/** One character is changed at a place. What changes nothing is no edit. */
const EDITS: Readonly<Record<string, (text: string, at: number) => string>> = {
  'a letter of the other case': (text, at) => put(text, at, otherCase(text[at] ?? '')),
  'another letter': (text, at) => put(text, at, text[at] === 'x' ? 'y' : 'x'),
  'a separator in its place': (text, at) => put(text, at, '~'),
  'a dot in its place': (text, at) => put(text, at, '.'),
  'a character deleted': (text, at) => put(text, at, ''),
  'a letter inserted': (text, at) => `${text.slice(0, at)}A${text.slice(at)}`,
  'a separator inserted': (text, at) => `${text.slice(0, at)}~${text.slice(at)}`,
  'a space inserted': (text, at) => `${text.slice(0, at)} ${text.slice(at)}`,
  'two neighbours exchanged': (text, at) =>
    text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2),
  'everything behind it cut off': (text, at) => text.slice(0, at),
}

function put(text: string, at: number, instead: string): string {
  return text.slice(0, at) + instead + text.slice(at + 1)
}

function otherCase(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()
}

describe('a presentation that is edited', function () {
  this.timeout(120_000)
  let receiver: TestReceiver

  before(async () => {
    receiver = await TestReceiver.start({
      signers: [shop, cart, ...many],
      edges: ['shop', 'cart', 's0'],
      initialToken: { accept: [takesAnything('jwt'), takesAnything('token')], user: true },
      replay: { remember: () => 'new' },
      limits: { unknownKeyLookupsPerSecond: 100_000 },
    })
  })

  for (const [kind, presentation] of Object.entries(PRESENTATIONS)) {
    it(`is refused wherever that is: ${kind}`, async () => {
      for (const [edit, apply] of Object.entries(EDITS)) {
        for (let at = 0; at < presentation.length; at += 1) {
          const edited = apply(presentation, at)
          if (edited === presentation) continue
          const code = await receiver.verdict(edited, { request: REQUEST })
          expect(documentedCodes.has(code), `${edit} at ${at}: ${code}`).to.equal(true)
        }
      }
      expect(await receiver.verdict(presentation, { request: REQUEST }), 'what was edited').to.equal('accepted')
    })
  }

  it('is refused if its parts come from several, unless it is one of them', async () => {
    const pieces = { operation: 'call' }
    const chains = [
      forgeChain([shop, cart], 'receiver', pieces, forgeUserClaims({ sub: 'jo' })),
      forgeChain([shop, cart], 'receiver', pieces, forgeUserClaims({ sub: 'al' })),
      forgeChain([shop, cart], 'receiver', pieces),
      forgeChain([cart, shop], 'receiver', pieces, forgeUserClaims({ sub: 'jo' })),
      forgeChain(many.slice(0, 3), 'receiver', pieces, forgeUserClaims({ sub: 'jo' })),
    ].map(({ presentation }) => presentation)
    const parts = chains.map(chain => chain.split('~'))
    const part = fc.constantFrom(...new Set(parts.flat()))
    // One of them with some parts of others in place of its own, or parts in any order.
    const swapped = fc.tuple(fc.constantFrom(...parts), fc.array(fc.tuple(fc.nat(4), part), { maxLength: 2 }))
    const texts = fc.oneof(
      swapped.map(([own, changes]) => changes.reduce((all, [at, other]) => all.toSpliced(at, 1, other), own).join('~')),
      fc.array(part, { minLength: 2, maxLength: 6 }).map(all => all.join('~')),
    )
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(texts, async text => {
        const isOwn = chains.includes(text)
        const code = await receiver.verdict(text)
        expect(code === 'accepted', code).to.equal(isOwn)
        if (isOwn) accepted += 1
      }),
      { numRuns: 2000, seed: seedOfRun() },
    )
    expect(accepted).to.be.within(50, 1500)
  })
})
