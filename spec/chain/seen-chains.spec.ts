import { hash } from 'node:crypto'
import { expect } from 'chai'
import { SeenChains } from '../../lib/chain/seen-chains.js'

const digestOf = (text: string) => hash('sha256', text, 'binary')
/** Digests that stand in one set of places: their last bytes are the same. */
const neighbour = (index: number) => `${String.fromCharCode(index).repeat(28)}\0\0\0\0`
const NOW = 1_800_000_000
const LATER = NOW + 300

describe('the memory of chains that were seen', () => {
  it('finds a digest until it is over, and with it the moment that it was put with', () => {
    const seen = new SeenChains(16)
    seen.put(digestOf('a'), NOW + 1, 7)
    expect([NOW, NOW + 1].map(now => seen.find(digestOf('a'), now))).to.deep.equal([7, undefined])
  })

  it('holds nothing in the beginning, not even a digest of zeros', () => {
    expect(new SeenChains(16).find('\0'.repeat(32), NOW)).to.equal(undefined)
  })

  it('compares every bit of a digest', () => {
    const seen = new SeenChains(4)
    const digest = digestOf('a')
    seen.put(digest, LATER, 0)
    for (let bit = 0; bit < 256; bit += 1) {
      const at = bit >> 3
      const changed = String.fromCharCode(digest.charCodeAt(at) ^ (1 << (bit & 7)))
      expect(seen.find(digest.slice(0, at) + changed + digest.slice(at + 1), NOW), `bit ${bit}`).to.equal(undefined)
    }
    expect(seen.find(digest, NOW)).to.equal(0)
  })

  it('remembers four that stand in the same places, and of five drops the one that ends first', () => {
    const seen = new SeenChains(64)
    for (const [index, expiresAt] of [50, 20, 40, 30].entries()) seen.put(neighbour(index), NOW + expiresAt, index)
    expect([0, 1, 2, 3].map(index => seen.find(neighbour(index), NOW))).to.deep.equal([0, 1, 2, 3])
    seen.put(neighbour(4), NOW + 10, 4)
    expect([0, 1, 2, 3, 4].map(index => seen.find(neighbour(index), NOW))).to.deep.equal([0, undefined, 2, 3, 4])
    seen.put(neighbour(5), NOW + 60, 5)
    expect([0, 2, 3, 4, 5].map(index => seen.find(neighbour(index), NOW))).to.deep.equal([0, 2, 3, undefined, 5])
  })

  it('puts a digest where it stands already', () => {
    const seen = new SeenChains(64)
    for (const index of [0, 1, 2, 3]) seen.put(neighbour(index), NOW + 10 * (index + 1), index)
    for (const moment of [5, 6]) seen.put(neighbour(3), LATER, moment)
    expect([0, 1, 2, 3].map(index => seen.find(neighbour(index), NOW))).to.deep.equal([0, 1, 2, 6])
  })

  it('takes as many as it was made for, and drops few before', () => {
    const seen = new SeenChains(1024)
    const digests = Array.from({ length: 512 }, (_, index) => digestOf(`${index}`))
    for (const digest of digests) seen.put(digest, LATER, 0)
    const found = digests.filter(digest => seen.find(digest, NOW) !== undefined)
    expect(found.length).to.be.within(450, 512)
  })

  describe('vouches for a key', () => {
    const place = (kid: string, service = 'shop') => ({ service, kid })

    it('that was in doubt before, and not for one that was since', () => {
      const seen = new SeenChains(16)
      const [key, other] = [place('one'), place('two')]
      const before = seen.moment
      seen.doubt(key)
      expect(seen.isDoubted(key, before)).to.equal(true)
      expect(seen.isDoubted(key, seen.moment)).to.equal(false)
      const between = seen.moment
      seen.doubt(other)
      seen.doubt(key)
      expect([before, between, seen.moment].map(at => seen.isDoubted(key, at))).to.deep.equal([true, true, false])
    })

    it('whatever its name is', () => {
      for (const kid of ['', 'k', 'ké', 'ключ', '\u{1f511}', 'x'.repeat(43)]) {
        for (const service of ['', 's', 'ſervice']) {
          const seen = new SeenChains(16)
          seen.doubt(place(kid, service))
          expect(seen.isDoubted(place(kid, service), 0), `${service} ${kid}`).to.equal(true)
        }
      }
    })

    it('apart from nearly all others, of the same service and of the same thumbprint', () => {
      const seen = new SeenChains(16)
      const kids = Array.from({ length: 1000 }, (_, index) => hash('sha256', `${index}`, 'base64url'))
      const [first = '', ...others] = kids
      seen.doubt(place(first))
      expect(others.filter(kid => seen.isDoubted(place(kid), 0)).length).to.be.below(10)
      expect(kids.filter((_, index) => seen.isDoubted(place(first, `s${index}`), 0)).length).to.be.below(10)
    })

    it('that shares its doubts with others in each process: nobody knows with which', () => {
      const names = Array.from({ length: 40_000 }, (_, index) => place(`${index}`))
      const sharing = () => {
        const seen = new SeenChains(16)
        seen.doubt(place('victim'))
        return names.filter(name => seen.isDoubted(name, 0)).map(({ kid }) => kid)
      }
      const [one, other] = [sharing(), sharing()]
      expect(one.filter(kid => other.includes(kid)).length).to.be.below(3)
    })
  })
})
