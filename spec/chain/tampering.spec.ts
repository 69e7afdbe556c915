import { expect } from 'chai'
import fc from 'fast-check'
import { forgeChain } from '../forge/chain.js'
import { dissect } from '../forge/dissection.js'
import type { ForgedHop } from '../forge/hop.js'
import { forgeUserClaims } from '../forge/initial-token.js'
import { forgeSigner } from '../forge/key.js'
import { documentedCodes } from './documented-codes.js'
import { TestReceiver } from './receiver.js'

const shop = forgeSigner('shop')
const cart = forgeSigner('cart', 'EdDSA')

const startReceiver = () => TestReceiver.start({ signers: [shop, cart], edges: ['shop'] })
const forge = (sub = 'jo') => forgeChain([shop, cart], 'receiver', {}, forgeUserClaims({ sub }))

/** All presentations that differ from a text in one place, of some kind of difference. */
const CHANGES: Readonly<Record<string, (text: string, at: number) => string>> = {
  'one character replaced': (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1),
  'one character replaced with its neighbour': (text, at) =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
  'one character deleted': (text, at) => text.slice(0, at) + text.slice(at + 1),
  'one character doubled': (text, at) => text.slice(0, at + 1) + text.slice(at),
  'the end cut off': (text, at) => text.slice(0, at),
  'the beginning cut off': (text, at) => text.slice(at + 1),
}

describe('a valid presentation', () => {
  let receiver: TestReceiver
  let good: ForgedHop

  before(async () => {
    receiver = await startReceiver()
    good = forge()
  })

  after(async () => {
    expect(await receiver.verdict(good.presentation), 'the text that was changed').to.equal('accepted')
  })

  for (const [change, apply] of Object.entries(CHANGES)) {
    it(`is refused with ${change}, wherever that is`, async () => {
      for (let at = 0; at < good.presentation.length; at += 1) {
        const changed = apply(good.presentation, at)
        if (changed === good.presentation) continue
        const code = await receiver.verdict(changed)
        expect(documentedCodes.has(code), `${code} at ${at}`).to.equal(true)
      }
    })
  }

  it('is refused with whatever is inserted, duplicated or replaced', async () => {
    const piece = fc.oneof(
      fc.string({
        unit: fc.constantFrom('A', 'z', '0', '-', '_', '~', '.', '..', '=', ' '),
        minLength: 1,
        maxLength: 5,
      }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
    )
    const place = fc.nat(good.presentation.length)
    await fc.assert(
      fc.asyncProperty(place, place, fc.option(piece), async (from, to, put) => {
        const text = good.presentation
        const changed = text.slice(0, from) + (put ?? text.slice(from, to)) + text.slice(put === null ? from : to)
        fc.pre(changed !== text)
        expect(documentedCodes.has(await receiver.verdict(changed))).to.equal(true)
      }),
      { numRuns: 800 },
    )
  })

  it('is refused with a part of another valid one in place of its own', async () => {
    const other = forge('al').presentation.split('~')
    const own = good.presentation.split('~')
    for (const at of own.keys()) {
      for (const from of other.keys()) {
        const swapped = own.with(at, other[from] ?? '').join('~')
        expect(await receiver.verdict(swapped), `${from} in place of ${at}`).not.to.equal('accepted')
      }
    }
  })

  it('is refused with a header or a signature of another hop in place of its own: ERR_SIGNATURE_INVALID', async () => {
    const [ours, theirs] = [good, forge()].map(({ presentation }) => dissect(presentation))
    for (const at of [0, 1]) {
      const hops = ours?.hops.map(({ encodedHeader, signature }, position) =>
        [encodedHeader, position === at ? theirs?.hops[at]?.signature : signature].join('..'),
      )
      const swapped = [ours?.secret, ...(hops ?? []), ours?.initialToken].join('~')
      expect(await receiver.refusal(swapped)).to.include({ code: 'ERR_SIGNATURE_INVALID' })
    }
  })
})
