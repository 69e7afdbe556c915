import { expect } from 'chai'
import fc from 'fast-check'
import { TestReceiver } from '../chain/receiver.js'
import { EPOCH, fixed128, forgeHop } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { seedOfRun } from '../independent/generator.js'

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 })
const CLAIMS = { region: 'north', list: [1, 'x', { b: null }], '\u{1f600}"\\/': '\u0007' }

/** A way to write a header: its members in some order, white space wherever JSON has it, letters as escapes. */
const writings = fc.record({
  order: fc.shuffledSubarray([...Array(16).keys()], { minLength: 16 }),
  spaces: fc.array(space, { minLength: 5, maxLength: 5 }),
  escapes: fc.boolean(),
})

type Writing = typeof writings extends fc.Arbitrary<infer T> ? T : never

function write(header: Readonly<Record<string, unknown>>, { order, spaces, escapes }: Writing): string {
  const [a, b, c, d, e] = spaces
  const present = Object.entries(header).filter(([, value]) => value !== undefined)
  const members = order.flatMap(at => (present[at] === undefined ? [] : [present[at]]))
  const texts = members.map(([name, value]) => `${a}${text(name, escapes)}${b}:${c}${text(value, escapes)}${d}`)
  return `${e}{${texts.join()}}${e}`
}

function text(value: unknown, escapes: boolean): string {
  const json = JSON.stringify(value)
  return escapes && typeof value === 'string' ? json.replaceAll('o', '\\u006f').replaceAll('/', '\\/') : json
}

describe('a signed header', () => {
  it('says the same in whatever order and with whatever white space it is written', async () => {
    const shop = forgeSigner('shop', 'EdDSA')
    const receiver = await TestReceiver.start({ signers: [shop], replay: { remember: () => 'new' } })
    const pieces = { by: shop, to: 'receiver', secret: fixed128('secret'), transaction: fixed128('transaction') }
    const unwrapped = async (hop: ReturnType<typeof forgeHop>) =>
      JSON.stringify(await receiver.unwrap(hop.presentation))
    const header = { claims: CLAIMS }
    const expected = await unwrapped(forgeHop({ ...pieces, header }))
    const isWritten = new Set<string>()
    await fc.assert(
      fc.asyncProperty(writings, async writing => {
        const hop = forgeHop({ ...pieces, header, write: members => write(members, writing) })
        isWritten.add(hop.presentation)
        expect(await unwrapped(hop)).to.equal(expected)
      }),
      { numRuns: 300, seed: seedOfRun() },
    )
    expect(isWritten.size).to.be.above(200)
    expect(expected).to.contain(String(EPOCH))
    await receiver.service.stop()
  })
})
