import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { Service } from '../../../lib/index.js'
import type { KeyRegistry, Publication } from '../../../lib/model/registry.js'
import { EtcdRegistry, setupEtcd } from '../../../lib/registry/etcd/etcd-registry.js'
import { openPolicy } from '../../http/service-party.js'
import { refusalOf } from '../../jws/refusal.js'
import { eventually } from '../eventually.js'
import { makePublication } from '../signed-text.js'
import { skipWithoutServer } from './engine.js'
import { callOutcome } from './engine-services.js'
import { EtcdMembers } from './etcd-cluster.js'
import { OPERATOR, passwordOf, SERVICES } from './etcd-engine.js'

/** A leader that is gone is missed after a second, and another elected in about as much. */
const ELECTION_SECONDS = 20

describe('EtcdRegistry, with three members of which one leads', function () {
  this.timeout(90_000)
  this.slow(40_000)

  let cluster: EtcdMembers
  const registries: KeyRegistry[] = []
  const services: Service[] = []

  before(async function () {
    cluster = await skipWithoutServer(this, 'etcd with three members', () => EtcdMembers.start())
    const passwords = Object.fromEntries(SERVICES.map(service => [service, passwordOf(service)]))
    await setupEtcd({ services: SERVICES, endpoints: cluster.endpoints, ...OPERATOR }).apply?.(passwords)
  })

  after(async () => {
    for (const service of services) await service.stop()
    for (const registry of registries) await registry.close()
    await cluster?.remove()
  })

  const connectAs = (username: string) => {
    const registry = new EtcdRegistry({ endpoints: cluster.endpoints, username, password: passwordOf(username) })
    registries.push(registry)
    return registry
  }
  /** Each call of cart asks the cluster for its caller's key, unless limits say otherwise. */
  const start = async (name: string) => {
    const options = { name, registry: connectAs(name), policy: openPolicy, log: () => undefined }
    const service = await Service.start({ ...options, limits: { keyFreshSeconds: 0 } })
    services.push(service)
    return service
  }

  it('loses its leader under load: no honest call is refused, all is published, and the watch misses nothing', async () => {
    const [cart, caller] = [await start('cart'), await start('shop')]
    const heard = new Set<string>()
    await connectAs('inventory').watch(({ kid }) => heard.add(kid))
    expect(await callOutcome(caller, cart)).to.equal('accepted')

    let isOver = false
    const outcomes = new Map<string, number>()
    const call = async (from: Service) => {
      const outcome = await callOutcome(from, cart)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    const calling = async () => {
      for (; !isOver; await delay(5)) await call(caller)
    }
    /** New instances, whose keys nobody knows yet. */
    const scaling = async () => {
      for (; !isOver; await delay(200)) await call(await start('shop'))
    }
    const published: Publication[] = []
    const longest = { seconds: 0 }
    /** A new key every moment, published until the cluster takes it. */
    const renewing = async () => {
      const registry = connectAs('shop')
      while (!isOver) {
        const publication = await makePublication('shop')
        const begun = performance.now()
        const isPublished = () =>
          registry.publish(publication).then(
            () => true,
            () => false,
          )
        await eventually(isPublished, ELECTION_SECONDS)
        longest.seconds = Math.max(longest.seconds, (performance.now() - begun) / 1000)
        published.push(publication)
      }
    }
    const load = [calling(), calling(), scaling(), renewing()]

    await delay(500)
    const lost = await cluster.findLeader()
    await lost.kill()
    const before = published.length
    await eventually(() => published.length > before + 20, ELECTION_SECONDS)
    const successor = await cluster.findLeader()
    expect(successor).not.to.equal(lost)
    await lost.start()
    const whenBack = published.length
    await eventually(() => published.length > whenBack + 20, ELECTION_SECONDS)
    isOver = true
    await Promise.all(load)

    expect([...outcomes.keys()]).to.deep.equal(['accepted'])
    expect(outcomes.get('accepted')).to.be.greaterThan(100)
    expect(longest.seconds).to.be.below(ELECTION_SECONDS)
    await eventually(() => published.every(({ kid }) => heard.has(kid)), ELECTION_SECONDS)
    const listed = new Set((await connectAs('inventory').list('shop')).map(({ kid }) => kid))
    expect(published.filter(({ kid }) => !listed.has(kid))).to.deep.equal([])
    // Newcomers are let in, and revocations are heard, by objects that saw all this.
    const newcomer = await start('inventory')
    expect(await callOutcome(newcomer, cart)).to.equal('accepted')
    await connectAs('shop').revoke('shop', caller.kid)
    await eventually(async () => (await callOutcome(caller, cart)) === 'ERR_KEY_REVOKED', ELECTION_SECONDS)
  })

  it('goes on where the member hangs that answered last', async () => {
    const registry = connectAs('cart')
    const heard = new Set<string>()
    await registry.watch(({ kid }) => heard.add(kid))
    for (const member of cluster.members) {
      const publication = await makePublication('cart')
      member.pause()
      try {
        await eventually(
          async () => (await refusalOf(() => registry.publish(publication)).catch(() => '')) === 'accepted',
          ELECTION_SECONDS,
        )
        expect((await registry.find('cart', publication.kid))?.registration).to.equal(publication.registration)
      } finally {
        member.resume()
      }
      await eventually(() => heard.has(publication.kid), 2 * ELECTION_SECONDS)
    }
  })

  it('answers nothing where most of its members are gone, and takes nothing back that was said', async () => {
    const registry = connectAs('cart')
    const cart = await makePublication('cart')
    await registry.publish(cart)
    await registry.revoke('cart', cart.kid)
    const [, second, third] = cluster.members
    await Promise.all([second?.kill(), third?.kill()])
    try {
      const answer = await registry.find('cart', cart.kid).catch(() => 'no answer' as const)
      expect(answer).to.equal('no answer')
    } finally {
      await Promise.all([second?.start(), third?.start()])
    }
    await eventually(
      async () => (await registry.find('cart', cart.kid).catch(() => undefined))?.revoked === true,
      ELECTION_SECONDS,
    )
    expect(await refusalOf(() => registry.publish(cart))).to.equal('ERR_KEY_REVOKED')
  })
})
