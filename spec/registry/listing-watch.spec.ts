import { mock } from 'node:test'
import { expect } from 'chai'
import { REGISTRY_LISTING_SECONDS } from '../../lib/limits/registries.js'
import { LastingConnection } from '../../lib/registry/lasting-connection.js'
import { ListingWatch, placeOf } from '../../lib/registry/listing-watch.js'

const kidOf = (digit: number) => `${digit}`.repeat(42).concat('A')
const pathOf = (digit: number) => `cart/${kidOf(digit)}`

/** An engine that says nothing by itself, and what a watch tells of it. */
class SilentEngine {
  readonly heard: string[] = []
  readonly connections: { isClosed: boolean }[] = []
  contents = new Map<string, string>()
  isDeaf = false
  looks = 0
  readonly watch: ListingWatch<{ ended: Promise<void>; close(): Promise<void> }>

  constructor() {
    const connection = new LastingConnection(async () => this.#open())
    this.watch = new ListingWatch(connection, {
      listen: async () => undefined,
      list: async () => {
        this.looks += 1
        if (this.isDeaf) throw new Error('no answer')
        return new Map(this.contents)
      },
    })
  }

  #open() {
    let end = () => {}
    const state = { isClosed: false }
    const ended = new Promise<void>(resolve => {
      end = resolve
    })
    this.connections.push(state)
    return {
      ended,
      close: async () => {
        state.isClosed = true
        end()
      },
    }
  }
}

const turns = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

describe('ListingWatch', () => {
  let engine: SilentEngine

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    engine = new SilentEngine()
    engine.contents.set(pathOf(1), 'a').set(pathOf(2), 'a')
    await engine.watch.add(({ service, kid }) => engine.heard.push(`${service}/${kid}`))
  })

  afterEach(() => {
    engine.watch.close()
    mock.timers.reset()
  })

  const pass = async (seconds: number) => {
    mock.timers.tick(seconds * 1000)
    await turns()
  }

  it('tells nothing of what was there before', async () => {
    await pass(REGISTRY_LISTING_SECONDS)
    expect(engine.looks).to.equal(2)
    expect(engine.heard).to.deep.equal([])
  })

  it('tells what came, went and was written anew, though no notification did', async () => {
    engine.contents.set(pathOf(1), 'b').set(pathOf(3), 'a')
    engine.contents.delete(pathOf(2))
    await pass(REGISTRY_LISTING_SECONDS)
    expect(engine.heard).to.deep.equal([pathOf(1), pathOf(3), pathOf(2)])
    await pass(REGISTRY_LISTING_SECONDS)
    expect(engine.heard).to.have.length(3)
  })

  it('gives up a connection that does not answer, and tells what changed meanwhile when there is another', async () => {
    engine.isDeaf = true
    await pass(REGISTRY_LISTING_SECONDS)
    expect(engine.connections.map(({ isClosed }) => isClosed)).to.deep.equal([true])
    engine.isDeaf = false
    engine.contents.set(pathOf(4), 'a')
    await pass(1)
    expect(engine.connections.map(({ isClosed }) => isClosed)).to.deep.equal([true, false])
    expect(engine.heard).to.deep.equal([pathOf(4)])
  })

  it('passes notifications on, and of those only what names a place', async () => {
    for (const path of [pathOf(5), `${pathOf(5)}/`, `${pathOf(5)}/${kidOf(5)}`, `Cart/${kidOf(5)}`, 'cart', '', '/']) {
      engine.watch.hear(path)
    }
    await turns()
    expect(engine.heard).to.deep.equal([pathOf(5)])
  })

  it('looks no more when nobody listens', async () => {
    const other = new SilentEngine()
    const listening = await other.watch.add(() => undefined)
    await listening.close()
    await pass(REGISTRY_LISTING_SECONDS)
    await pass(REGISTRY_LISTING_SECONDS)
    expect(other.looks).to.equal(1)
  })

  it('reads a path of any length in no time', () => {
    expect(placeOf('/'.repeat(10_000_000))).to.equal(undefined)
  })
})
