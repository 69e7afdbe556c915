import { Readable } from 'node:stream'
import { expect } from 'chai'
import { readBoundedBytes } from '../lib/bounded-bytes.js'
import { errorOf } from './jws/refusal.js'

const BOUNDS = { what: 'the answer', maxBytes: 6 }

describe('the bytes of a stream', () => {
  const read = (...chunks: unknown[]) => readBoundedBytes(chunks, BOUNDS)

  it('are read to its end', async () => {
    expect(String(await read())).to.equal('')
    expect(String(await read(Buffer.from('abc'), Uint8Array.of(100, 101), Buffer.from('f')))).to.equal('abcdef')
  })

  it('are refused from the first that is too many, and the stream ends', async () => {
    const stream = new Readable({
      read() {
        this.push('abcd')
      },
    })
    const error = await errorOf(() => readBoundedBytes(stream, BOUNDS))
    expect(error.message).to.equal('the answer has more than 6 bytes')
    expect(stream.destroyed).to.equal(true)
  })

  it('are refused where they are none', async () => {
    for (const chunk of ['abc', null, 5, [1], new ArrayBuffer(1)]) {
      expect((await errorOf(() => read(chunk))).message).to.equal('the answer did not come in bytes')
    }
  })

  it('are refused with the error that is asked for', async () => {
    class Unusable extends Error {}
    const refuse = (message: string) => new Unusable(message)
    expect(await errorOf(() => readBoundedBytes(['x'], { ...BOUNDS, refuse }))).to.be.instanceOf(Unusable)
  })
})
