import { AsyncLocalStorage } from 'node:async_hooks'
import { spawnSync } from 'node:child_process'
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { type SignedText, signBytes, signingInput, type VerificationKey } from '../../lib/jws/signature.js'
import { threadsBeside, VerificationPool, type VerificationPoolOptions } from '../../lib/jws/verification-pool.js'
import { VerificationRing } from '../../lib/jws/verification-ring.js'
import { type ThreadListener, VerificationThreads } from '../../lib/jws/verification-threads.js'
import {
  MAX_TAKE_OVERS,
  SIGNATURES_LEFT_TO_THREADS,
  THREAD_SILENCE_MILLISECONDS,
  VERIFICATION_THREADS,
  VERIFICATIONS_UNDER_WAY,
} from '../../lib/limits/chains.js'
import type { Algorithm } from '../../lib/model/algorithm.js'

type Start = NonNullable<VerificationPoolOptions['start']>

const HEADER = 'header'
/** A thread runs JavaScript, and no other. */
const BUILT = new URL('../../dist/jws/', import.meta.url)
const ENTRY = new URL('verification-thread.js', BUILT)
const start: Start = (count, memory, listener) => VerificationThreads.start(count, memory, listener, ENTRY)

/** A key, and a text that it signed. */
function makeSigned(algorithm: Algorithm, payload = 'payload') {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const signature = signBytes(algorithm, privateKey, signingInput(HEADER, payload))
  return { key: { algorithm, publicKey }, signed: { encodedHeader: HEADER, payload, signature } }
}

/** The verdict of a pool; undefined where it takes none. */
function verdictOf(pool: VerificationPool, key: VerificationKey, signed: SignedText): Promise<boolean> | undefined {
  let tell: (verified: boolean) => void = () => {}
  const verdict = new Promise<boolean>(resolve => {
    tell = resolve
  })
  return pool.begin(key, signed, verified => tell(verified)) ? verdict : undefined
}

/** Threads that a spec plays: they are ready, and do what it does with their ring. */
class PlayedThreads {
  readonly rings: VerificationRing[] = []
  readonly listeners: ThreadListener[] = []
  ended = 0
  areReady = true

  readonly start: Start = (_, memory, listener) => {
    this.rings.push(new VerificationRing(memory))
    this.listeners.push(listener)
    const isReady = () => this.areReady
    return {
      get areReady() {
        return isReady()
      },
      end: () => {
        this.ended += 1
      },
    }
  }
}

describe('a verification pool', () => {
  const { key, signed } = makeSigned('ES256')
  const forged = { ...signed, signature: Buffer.alloc(64, 1) }
  const pools: { end: () => void }[] = []

  /** A pool whose threads are ready; they end with the spec. */
  async function readyPool(threads: number): Promise<VerificationPool> {
    const pool = new VerificationPool(threads, {
      start: (...args) => {
        const started = start(...args)
        pools.push(started)
        return started
      },
    })
    while (verdictOf(pool, key, signed) === undefined) await sleep(1)
    return pool
  }

  afterEach(() => {
    for (const pool of pools.splice(0)) pool.end()
  })

  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    for (const threads of [1, 3]) {
      it(`verifies ${algorithm} on ${threads} threads, and sees what does not verify`, async () => {
        const { key, signed } = makeSigned(algorithm)
        const pool = await readyPool(threads)
        const verify = (change: Partial<SignedText>, by = key) => verdictOf(pool, by, { ...signed, ...change })
        expect(await verify({})).to.equal(true)
        expect(await verify({}, makeSigned(algorithm).key)).to.equal(false)
        expect(await verify({ payload: 'payloae' })).to.equal(false)
        expect(await verify({ encodedHeader: 'headed' })).to.equal(false)
        expect(await verify({ signature: Buffer.alloc(64) })).to.equal(false)
        expect(await verify({})).to.equal(true)
      })

      it(`verifies many texts at a time, each for itself and by its own key (${algorithm}, ${threads})`, async () => {
        const pool = await readyPool(threads)
        const made = Array.from({ length: 8 }, (_, at) => makeSigned(algorithm, `text ${at}`))
        const asked = Array.from({ length: 100 }, (_, at) => [at % 8, at % 3 === 0 ? at % 8 : (at + 1) % 8] as const)
        const verdicts = await Promise.all(
          asked.map(([by, of]) => verdictOf(pool, made[by]?.key ?? key, made[of]?.signed ?? signed)),
        )
        expect(verdicts).to.deep.equal(asked.map(([by, of]) => by === of))
      })
    }

    it(`verifies what stood there when it began (${algorithm})`, async () => {
      const { key, signed } = makeSigned(algorithm)
      const signature = Buffer.from(signed.signature)
      const verdict = verdictOf(await readyPool(1), key, { ...signed, signature })
      signingInput('another', 'text').fill(0)
      signature.fill(0)
      expect(await verdict).to.equal(true)
    })
  }

  it('does not confuse algorithms: a key verifies as its registration says, or not at all', async () => {
    const pool = await readyPool(1)
    expect(await verdictOf(pool, { ...key, algorithm: 'EdDSA' }, signed)).to.equal(false)
    const other = makeSigned('EdDSA')
    expect(await verdictOf(pool, { ...other.key, algorithm: 'ES256' }, other.signed)).to.equal(false)
  })

  it('tells in the order in which it was asked, whichever thread was quicker', async () => {
    const pool = await readyPool(3)
    const told: number[] = []
    const numbers = Array.from({ length: 60 }, (_, number) => number)
    const texts = numbers.map(number =>
      makeSigned(number % 2 === 0 ? 'ES256' : 'EdDSA', `text ${number}`.repeat(number)),
    )
    await Promise.all(
      texts.map(({ key, signed }, number) => verdictOf(pool, key, signed)?.then(() => told.push(number))),
    )
    expect(told).to.deep.equal(numbers)
  })

  it('starts its threads when it is first asked, takes nothing until one is ready, and then does', async () => {
    const threads = new PlayedThreads()
    threads.areReady = false
    const pool = new VerificationPool(2, { start: threads.start })
    expect(threads.rings).to.deep.equal([])
    expect([verdictOf(pool, key, signed), verdictOf(pool, key, signed)]).to.deep.equal([undefined, undefined])
    expect(threads.rings).to.have.length(1)
    threads.areReady = true
    expect(await verdictOf(pool, key, signed), 'silent threads: this one').to.equal(true)
  })

  it('takes no more than there is room for, and has room again', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { start: threads.start })
    const [verdict, ...others] = Array.from({ length: VERIFICATIONS_UNDER_WAY }, () => verdictOf(pool, key, signed))
    expect(others).not.to.include(undefined)
    expect(verdictOf(pool, key, signed)).to.equal(undefined)
    expect(await verdict).to.equal(true)
    expect(await verdictOf(pool, key, signed)).to.equal(true)
    expect(await Promise.all(others)).not.to.include(false)
  })

  it('takes nothing that is longer than a presentation may be, and nothing where there is one core', async () => {
    const pool = await readyPool(1)
    expect(verdictOf(pool, key, { ...signed, payload: 'x'.repeat(20_000) })).to.equal(undefined)
    const none = new VerificationPool(0, { pressure: { isHigh: () => true } })
    expect(verdictOf(none, key, signed)).to.equal(undefined)
    expect(none.isWanted()).to.equal(false)
  })

  it('is wanted where calls press, which hangs on what is under way', async () => {
    const elsewhere: number[] = []
    const threads = new PlayedThreads()
    const pressure = { isHigh: (number: number) => elsewhere.push(number) % 2 === 0 }
    const pool = new VerificationPool(1, { pressure, start: threads.start })
    expect(pool.isWanted()).to.equal(false)
    const verdicts = [verdictOf(pool, key, signed), verdictOf(pool, key, signed)]
    expect(pool.isWanted()).to.equal(true)
    await Promise.all(verdicts)
    expect(pool.isWanted()).to.equal(false)
    expect(elsewhere).to.deep.equal([0, 2, 0])
  })

  it('keeps its room when a key is none: the fault is thrown at once', async () => {
    const pool = await readyPool(1)
    const symmetric = { ...key, publicKey: createSecretKey(Buffer.alloc(32)) }
    for (let round = 0; round < VERIFICATIONS_UNDER_WAY; round += 1) {
      expect(() => pool.begin(symmetric, signed, () => {})).to.throw()
    }
    expect(await verdictOf(pool, key, signed)).to.equal(true)
  })

  it('verifies on this thread whatever nobody has taken, where calls do not press', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { start: threads.start })
    const [first, ...others] = [signed, signed, forged].map(text => verdictOf(pool, key, text))
    const [ring = expect.fail('no ring')] = threads.rings
    expect(ring.take()).to.equal(0)
    while (ring.waiting > 0) await sleep(1)
    ring.answer(0, false)
    threads.listeners[0]?.onVerdict()
    expect(await Promise.all([first, ...others])).to.deep.equal([false, true, false])
    expect(threads.ended).to.equal(0)
  })

  it('verifies on this thread what would wait for long where they do, and leaves the rest to the others', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { pressure: { isHigh: () => true }, start: threads.start })
    pool.isWanted()
    const more = 5
    const verdicts = Array.from({ length: SIGNATURES_LEFT_TO_THREADS + more }, (_, at) =>
      verdictOf(pool, key, at === 1 ? forged : signed),
    )
    expect(await Promise.all(verdicts.slice(0, more))).to.deep.equal([true, false, true, true, true])
    const [ring = expect.fail('no ring'), ...others] = threads.rings
    expect(others).to.deep.equal([])
    expect(ring.waiting).to.equal(SIGNATURES_LEFT_TO_THREADS)
    expect(ring.mustTell(), 'this thread rests, and wants to be told').to.equal(true)
    for (let place = ring.take(); place !== undefined; place = ring.take()) ring.answer(place, place % 2 === 0)
    threads.listeners[0]?.onVerdict()
    expect(await Promise.all(verdicts.slice(more))).to.deep.equal([false, true, false, true, false, true])
    expect(threads.ended).to.equal(0)
  })

  it('goes on alone where threads are silent, and has new ones when it is asked again', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { start: threads.start })
    let told = 0
    const begin = (text: SignedText) =>
      verdictOf(pool, key, text)?.then(verified => {
        told += 1
        return verified
      })
    const begun = [begin(signed), begin(forged), begin(signed)]
    const [ring = expect.fail('no ring')] = threads.rings
    // One was taken, and will never be answered.
    ring.take()
    signingInput('another', 'text').fill(0)
    expect(await Promise.all(begun)).to.deep.equal([true, false, true])
    expect(threads.ended).to.equal(1)
    ring.answer(0, false)
    threads.listeners[0]?.onVerdict()
    threads.listeners[0]?.onFailure()
    const again = begin(signed)
    expect(threads.rings).to.have.length(2)
    ring.answer(0, false)
    expect(await again, 'of another ring').to.equal(true)
    expect(told, 'each verdict is told once').to.equal(4)
  })

  it('goes on alone for good where threads are silent time and again', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { pressure: { isHigh: () => true }, start: threads.start })
    for (let crew = 1; crew <= MAX_TAKE_OVERS; crew += 1) {
      expect(pool.isWanted()).to.equal(true)
      expect(await verdictOf(pool, key, signed)).to.equal(true)
    }
    expect(pool.isWanted()).to.equal(false)
    expect(verdictOf(pool, key, signed)).to.equal(undefined)
    expect(threads.rings).to.have.length(MAX_TAKE_OVERS)
  })

  it('keeps nothing of what it verified when nothing is under way', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { start: threads.start })
    const verdicts = [verdictOf(pool, key, signed), verdictOf(pool, key, signed)]
    const memory = Buffer.from(threads.rings[0]?.memory ?? expect.fail('no ring'))
    const holds = (bytes: Uint8Array) => memory.includes(Buffer.from(bytes))
    const input = Buffer.from(signingInput(signed.encodedHeader, signed.payload))
    expect([holds(input), holds(signed.signature)]).to.deep.equal([true, true])
    await Promise.all(verdicts)
    while (holds(input)) await sleep(1)
    expect(holds(signed.signature)).to.equal(false)
    expect(await verdictOf(pool, key, signed)).to.equal(true)
  })

  it('hears verdicts that nobody told it of, and ends no thread for it', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { pressure: { isHigh: () => true }, start: threads.start })
    pool.isWanted()
    const verdict = verdictOf(pool, key, forged)
    const [ring = expect.fail('no ring')] = threads.rings
    ring.answer(ring.take() ?? Number.NaN, true)
    expect(await verdict).to.equal(true)
    expect(threads.ended).to.equal(0)
  })

  it('waits for threads that are slow, however long they all take', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { pressure: { isHigh: () => true }, start: threads.start })
    pool.isWanted()
    const verdicts = Array.from({ length: SIGNATURES_LEFT_TO_THREADS }, () => verdictOf(pool, key, forged))
    const [ring = expect.fail('no ring')] = threads.rings
    for (let place = ring.take(); place !== undefined; place = ring.take()) {
      await sleep(THREAD_SILENCE_MILLISECONDS / 2)
      // Nobody else says that these verify.
      ring.answer(place, true)
      if (ring.mustTell()) threads.listeners[0]?.onVerdict()
    }
    expect(await Promise.all(verdicts)).to.deep.equal([true, true, true, true, true, true])
    expect(threads.ended).to.equal(0)
  })

  it('is left to whoever asks where threads cannot be had: none may be started, or their code is not there', async () => {
    const starts: Start[] = [
      () => {
        throw new Error('ERR_ACCESS_DENIED')
      },
      (count, memory, listener) => VerificationThreads.start(count, memory, listener, new URL('nothing.js', BUILT)),
    ]
    for (const start of starts) {
      let started = 0
      const count: Start = (...args) => {
        started += 1
        return start(...args)
      }
      const pool = new VerificationPool(2, { pressure: { isHigh: () => true }, start: count })
      while (pool.isWanted()) {
        expect(verdictOf(pool, key, signed)).to.equal(undefined)
        await sleep(1)
      }
      expect(verdictOf(pool, key, signed)).to.equal(undefined)
      expect(started, 'not tried again').to.equal(1)
    }
  })

  it('verifies here what threads had that failed', async () => {
    const threads = new PlayedThreads()
    const pool = new VerificationPool(1, { pressure: { isHigh: () => true }, start: threads.start })
    const begun = [verdictOf(pool, key, signed), verdictOf(pool, key, forged)]
    threads.rings[0]?.take()
    threads.listeners[0]?.onFailure()
    threads.listeners[0]?.onFailure()
    expect(await Promise.all(begun)).to.deep.equal([true, false])
    expect(pool.isWanted()).to.equal(false)
    expect(threads.ended).to.equal(1)
  })

  it('belongs to no request: nothing of the one that started it is held', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const memory = new VerificationRing().memory
    const { threads, isHeard } = storage.run('a request', () => {
      let hear = () => {}
      const isHeard = new Promise<void>(resolve => {
        hear = resolve
      })
      const onVerdict = () => {
        seen.push(storage.getStore())
        hear()
      }
      return { threads: VerificationThreads.start(1, memory, { onVerdict, onFailure: () => {} }, ENTRY), isHeard }
    })
    await isHeard
    threads.end()
    expect(seen).to.deep.equal([undefined])
  })

  it('keeps a process running while somebody waits and no longer, and loads nothing into its threads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-threads-'))
    const preload = join(folder, 'preload.cjs')
    writeFileSync(preload, `console.log('loaded', require('node:worker_threads').isMainThread)`)
    const file = fileURLToPath(new URL('verification-pool.js', BUILT))
    const { x, y } = key.publicKey.export({ format: 'jwk' })
    const program = `
      import { createPublicKey } from 'node:crypto'
      import { VerificationPool } from ${JSON.stringify(file)}
      const publicKey = createPublicKey({ key: ${JSON.stringify({ kty: 'EC', crv: 'P-256', x, y })}, format: 'jwk' })
      const signature = Buffer.from('${Buffer.from(signed.signature).toString('hex')}', 'hex')
      const signed = { encodedHeader: '${HEADER}', payload: 'payload', signature }
      const pool = new VerificationPool(2)
      const ask = () => pool.begin({ algorithm: 'ES256', publicKey }, signed, verified => console.log(verified)) || setTimeout(ask, 1)
      ask()`
    const options = { encoding: 'utf8', timeout: 30_000 } as const
    const ended = spawnSync(process.execPath, ['--require', preload, '--input-type=module', '-e', program], options)
    rmSync(folder, { recursive: true })
    expect([ended.status, ended.stdout, ended.stderr]).to.deep.equal([0, 'loaded true\ntrue\n', ''])
  })

  it('has a thread for each core but one, and not many', () => {
    const threads = (asked?: string) => [1, 2, 3, 4, 5, 64].map(cores => threadsBeside(cores, asked))
    expect(threads()).to.deep.equal([0, 1, 2, VERIFICATION_THREADS, 3, 3])
    expect(threads('0')).to.deep.equal([0, 0, 0, 0, 0, 0])
    expect(threads('1')).to.deep.equal([0, 1, 1, 1, 1, 1])
    expect(threads('8')).to.deep.equal([0, 1, 2, 3, 4, 8])
    for (const nonsense of ['', '-1', 'two', '1.5', '1e3', '99999']) expect(threads(nonsense)).to.deep.equal(threads())
  })
})
