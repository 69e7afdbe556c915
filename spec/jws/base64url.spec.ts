import { expect } from 'chai'
import fc from 'fast-check'
import { decodeBase64url, encodeBase64url, endsCanonically, isCanonicalBase64url } from '../../lib/jws/base64url.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Canonical by definition: of the alphabet, and what its own bytes encode to. */
function reencodes(text: string): boolean {
  return (
    [...text].every(character => ALPHABET.includes(character)) &&
    Buffer.from(text, 'base64url').toString('base64url') === text
  )
}

describe('base64url', () => {
  it('takes exactly the last characters whose unused bits are zero', () => {
    for (const prefix of ['', 'A', 'AA', 'AAA', 'AAAA', 'AAAAA', 'AAAAAA', 'AAAAAAA']) {
      for (const last of ALPHABET) {
        const text = prefix + last
        expect(isCanonicalBase64url(text), text).to.equal(reencodes(text))
        expect(endsCanonically(text), text).to.equal(reencodes(text))
      }
    }
  })

  it('has 4 last characters after one, 16 after two, and 64 after three', () => {
    const count = (prefix: string) => [...ALPHABET].filter(last => isCanonicalBase64url(prefix + last)).length
    expect([count('A'), count('AA'), count('AAA')]).to.deep.equal([4, 16, 64])
  })

  it('refuses padding, white space, the other alphabet and line ends', () => {
    for (const text of [
      'QQ==',
      'QUI=',
      'QUJD\n',
      '\nQUJD',
      'QU JD',
      'QU+D',
      'QU/D',
      'QUJD\r',
      'QUJD\u2028',
      'QUJ\u0000',
      'é',
      'QUJ?',
      'A',
    ]) {
      expect(isCanonicalBase64url(text), JSON.stringify(text)).to.equal(false)
    }
  })

  it('takes the empty text', () => {
    expect(isCanonicalBase64url('')).to.equal(true)
  })

  it('is canonical if and only if the text is of the alphabet and encodes to itself again', () => {
    const nearly = fc.string({
      unit: fc.constantFrom(...ALPHABET, '=', '+', '/', '\n', ' ', '.', '~', 'é'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), text => isCanonicalBase64url(text) === reencodes(text)),
      {
        numRuns: 5000,
      },
    )
  })

  it('decodes what it encodes, bytes and text alike', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const text = encodeBase64url(bytes)
        expect(isCanonicalBase64url(text)).to.equal(true)
        expect(new Uint8Array(decodeBase64url(text))).to.deep.equal(bytes)
      }),
    )
    expect(encodeBase64url('é')).to.equal(encodeBase64url(Uint8Array.of(0xc3, 0xa9)))
  })

  it('encodes a part of a larger buffer, and nothing around it', () => {
    expect(encodeBase64url(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).to.equal(
      Buffer.from([2, 3]).toString('base64url'),
    )
  })
})
