import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { expect } from 'chai'
import { countersign } from '../../lib/adapters/node.js'
import {
  DECISION_CHANNEL,
  type DecisionEvent,
  REGISTRY_CHANNEL,
  type RegistryEvent,
  type Service,
} from '../../lib/index.js'
import { Loopback } from '../http/loopback.js'
import { ServiceParty } from '../http/service-party.js'

const SECONDS = 8
/** Keys that a service uses meanwhile, at least. */
const KEYS = 3
/** Time passes so much faster for the services: a registration of a minute is renewed every two seconds, and all else keeps its proportion. */
const HASTE = 15
const REGISTRATION_SECONDS = 60
const SKEW_SECONDS = 5
/** A call that reads the clock may be signed so much later: two thirds of a second of ours. Keys are replaced after 30. */
const UNDER_WAY_SECONDS = 10
/** Callers at one time. */
const CROWD = 8

describe('keys that are replaced every two seconds, with calls through three services over HTTP', function () {
  this.timeout(90_000)
  const party = new ServiceParty()
  const loopback = new Loopback()
  const decisions: DecisionEvent[] = []
  const uses: RegistryEvent[] = []
  const answers: number[] = []
  const start = Math.floor(Date.now() / 1000)
  const clock = () => start + (Date.now() / 1000 - start) * HASTE
  const decided = (event: unknown) => decisions.push(event as DecisionEvent)
  const told = (event: unknown) => uses.push(event as RegistryEvent)

  const startService = (name: string) =>
    party.start(name, {
      clock,
      edges: ['shop'],
      limits: { registrationSeconds: REGISTRATION_SECONDS, skewSeconds: SKEW_SECONDS },
    })
  /** Where a service listens that asks the next one, if there is one, and answers with its status. */
  const serve = (service: Service, next?: readonly [audience: string, url: string]) =>
    loopback.listen(
      createServer(
        countersign(service, 'ask', async (_, response) => {
          const below = next && (await service.fetch(next[1], { audience: next[0], operation: 'ask' }))
          response.writeHead(below?.status ?? 200).end(await below?.text())
        }),
      ),
    )

  before(async () => {
    subscribe(DECISION_CHANNEL, decided)
    subscribe(REGISTRY_CHANNEL, told)
    const shop = await startService('shop')
    const inventory = await serve(await startService('inventory'))
    const cart = await serve(await startService('cart'), ['inventory', inventory])
    const end = Date.now() + SECONDS * 1000
    const ask = async () => {
      while (Date.now() < end) {
        const response = await shop.fetch(cart, { audience: 'cart', operation: 'ask', userClaims: { sub: 'alice' } })
        await response.text()
        answers.push(response.status)
      }
    }
    await Promise.all(Array.from({ length: CROWD }, ask))
  })

  after(async () => {
    unsubscribe(DECISION_CHANNEL, decided)
    unsubscribe(REGISTRY_CHANNEL, told)
    await party.stop()
    await loopback.close()
  })

  const usesOf = (service: string) => uses.filter(event => event.service === service && event.kind === 'registered')
  const callsOf = (service: string) => decisions.filter(({ caller }) => caller === service)

  it('are replaced again and again, in all services that call', () => {
    for (const name of ['shop', 'cart']) {
      expect(new Set(usesOf(name).map(({ kid }) => kid)).size, name).to.be.at.least(KEYS)
    }
  })

  it('have every call accepted', () => {
    expect(answers.length).to.be.greaterThan(CROWD)
    expect([...new Set(answers)]).to.deep.equal([200])
    expect([...new Set(decisions.map(({ outcome, code }) => code ?? outcome))]).to.deep.equal(['accepted'])
    expect(decisions).to.have.length(2 * answers.length)
  })

  it('are told of by both sides: each call was signed with the key that its service said it used at that time', () => {
    for (const name of ['shop', 'cart']) {
      const told = usesOf(name)
      const calls = callsOf(name)
      expect(calls).to.have.length(answers.length)
      expect(new Set(calls.map(({ kid }) => kid)).size).to.be.at.least(KEYS)
      for (const { time, ageSeconds = 0, kid } of calls) {
        const signedAt = time - ageSeconds
        const before = told.filter(event => event.time < signedAt).slice(-1)
        const meanwhile = told.filter(({ time }) => time >= signedAt && time <= signedAt + UNDER_WAY_SECONDS)
        expect([...before, ...meanwhile].map(event => event.kid)).to.include(kid)
      }
    }
  })
})
