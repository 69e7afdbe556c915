import { createHash, default as crypto } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'chai'
import { TestReceiver } from '../chain/receiver.js'
import { fixed128, forgeHop } from '../forge/hop.js'
import { forgeSigner } from '../forge/key.js'
import { readSources } from '../house/sources.js'

type Compare = typeof crypto.timingSafeEqual

const compare: Compare = crypto.timingSafeEqual

/** Lets all of the process compare in another way while something runs. */
async function comparing<T>(otherwise: Compare, run: () => Promise<T>): Promise<T> {
  crypto.timingSafeEqual = otherwise
  syncBuiltinESMExports()
  try {
    return await run()
  } finally {
    crypto.timingSafeEqual = compare
    syncBuiltinESMExports()
  }
}

/** A comparison of a secret, or of its digest, that stops at the first difference. Whether there is a secret may be asked. */
const SECRET = String.raw`(?:sealOf\([^)]*\)|\bsecret\b)`
const EARLY_EXIT = new RegExp(
  String.raw`[!=]==?\s*${SECRET}|(?<!typeof )${SECRET}\s*[!=]==?(?!=|\s*undefined)` +
    String.raw`|\.(?:includes|indexOf|startsWith|localeCompare|equals|compare)\(${SECRET}`,
)

describe('the seal', () => {
  const shop = forgeSigner('shop', 'EdDSA')
  const [right, wrong] = [fixed128('right'), fixed128('wrong')]
  const { chain } = forgeHop({ by: shop, to: 'receiver', secret: right })
  let receiver: TestReceiver

  beforeEach(async () => {
    receiver = await TestReceiver.start({ signers: [shop] })
  })

  const verdict = (secret: string) => receiver.verdict(`${secret}~${chain}`)

  it('is compared in constant time, by all of both digests', async () => {
    const compared: string[][] = []
    const spy: Compare = (one, other) => {
      compared.push([one, other].map(bytes => Buffer.from(bytes as Uint8Array).toString('latin1')))
      return compare(one, other)
    }
    const digests = [right, wrong].map(secret => createHash('sha256').update(secret).digest('base64url'))
    expect(await comparing(spy, () => verdict(wrong))).to.equal('ERR_SEAL_BROKEN')
    expect(await comparing(spy, () => verdict(right))).to.equal('accepted')
    const [expected = '', found = ''] = digests
    expect(compared).to.deep.equal([
      [found, expected],
      [expected, expected],
    ])
  })

  it('is compared in no other way: what the comparison says decides alone', async () => {
    expect(
      await comparing(
        () => true,
        () => verdict(wrong),
      ),
    ).to.equal('accepted')
    expect(
      await comparing(
        () => false,
        () => verdict(right),
      ),
    ).to.equal('ERR_SEAL_BROKEN')
  })

  it('is the only thing that is compared with a secret', () => {
    const strays = readSources().flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter(line => EARLY_EXIT.test(line))
        .map(line => `${path}: ${line.trim()}`),
    )
    expect(strays).to.deep.equal([])
    for (const line of [
      'sealOf(secret) === jti',
      'jti !== sealOf(secret)',
      'jti.equals(sealOf(secret))',
      'if (secret == x)',
    ]) {
      expect(EARLY_EXIT.test(line), line).to.equal(true)
    }
    expect(EARLY_EXIT.test("secret === undefined || typeof secret !== 'string'")).to.equal(false)
  })
})
