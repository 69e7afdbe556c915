import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Decision, type Policy, parsePolicy, type Service, watchPolicy } from '../../lib/index.js'
import { DecisionBook } from '../http/decision-book.js'
import { warningsOf } from '../http/process-warnings.js'
import { openPolicy, ServiceParty, shopPolicy } from '../http/service-party.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'

describe('a candidate policy', () => {
  const party = new ServiceParty()
  const book = new DecisionBook()
  let shop: Service
  let mallory: Service

  before(async () => {
    shop = await party.start('shop')
    mallory = await party.start('mallory')
  })
  after(() => party.stop())
  beforeEach(() => {
    book.events.length = 0
  })

  const start = (policy: Policy, candidatePolicy: Policy, more = {}) =>
    party.start('cart', { policy, candidatePolicy, log: book.log, ...more })
  const call = async (cart: Service, by: Service) => {
    const presentation = await by.wrap({ audience: 'cart', operation: 'read', job: true })
    return await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))
  }
  const answer = (evaluate: () => unknown): Policy => ({ evaluate: evaluate as () => Decision })

  it('that would reject keeps nobody out, and the event says so', async () => {
    const cart = await start(openPolicy, shopPolicy)
    expect(await call(cart, mallory)).to.equal('accepted')
    const { outcome, decision, candidate } = book.take()
    expect(outcome).to.equal('accepted')
    expect(decision).to.include({ effect: 'accept', enforced: true })
    expect(candidate).to.include({ effect: 'reject', differs: true })
    expect(candidate?.reason).to.contain('expected `shop`')
    expect(candidate?.lists).to.have.length(1)
    expect(candidate).to.satisfy(Object.isFrozen)
  })

  it('that would accept lets nobody in: ERR_POLICY_REJECTED', async () => {
    const cart = await start(shopPolicy, openPolicy)
    expect(await call(cart, mallory)).to.equal('ERR_POLICY_REJECTED')
    const event = book.take()
    expect(event).to.include({ outcome: 'refused', code: 'ERR_POLICY_REJECTED' })
    expect(event.decision).to.include({ effect: 'reject' })
    expect(event.candidate).to.include({ effect: 'accept', differs: true })
  })

  it('that agrees is told of, too: so it was asked', async () => {
    const cart = await start(shopPolicy, shopPolicy)
    expect(await call(cart, shop)).to.equal('accepted')
    expect(book.take().candidate).to.include({ effect: 'accept', differs: false })
    expect(await call(cart, mallory)).to.equal('ERR_POLICY_REJECTED')
    expect(book.take().candidate).to.include({ effect: 'reject', differs: false })
  })

  it('is compared with what the policy says, not with what is enforced', async () => {
    const cart = await start(shopPolicy, openPolicy, { mode: 'observe' })
    expect(await call(cart, mallory)).to.equal('accepted')
    const { outcome, candidate } = book.take()
    expect({ outcome, ...candidate }).to.include({ outcome: 'observed', effect: 'accept', differs: true })
  })

  it('is asked after the policy, once, the very same input, and not at all for a call that does not come so far', async () => {
    const asked: unknown[] = []
    const asking = (name: string, policy: Policy): Policy => ({
      evaluate: input => {
        asked.push(name, input)
        return policy.evaluate(input)
      },
    })
    const cart = await start(asking('policy', openPolicy), asking('candidate', openPolicy))
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'write' }))).to.equal('ERR_OPERATION_MISMATCH')
    expect(asked).to.deep.equal([])
    const { policyInput } = await cart.unwrap(presentation, { operation: 'read' })
    expect(asked).to.have.length(4)
    expect([asked[0], asked[2]]).to.deep.equal(['policy', 'candidate'])
    expect([asked[1], asked[3]].every(input => input === policyInput)).to.equal(true)
    expect(await refusalOf(() => cart.unwrap(presentation, { operation: 'read' }))).to.equal(
      'ERR_PRESENTATION_REPLAYED',
    )
    expect(book.events.map(({ candidate }) => candidate?.differs)).to.deep.equal([undefined, false, undefined])
  })

  it('that fails, in whatever way, changes nothing, and rejects as it would if it were the policy', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    const trap = new Proxy(Object.freeze({}), {
      get: () => {
        throw new Error('secret')
      },
    })
    const failing = [
      () => {
        throw new Error('secret')
      },
      async () => {
        throw new Error('secret')
      },
      () => undefined,
      () => ({ effect: 'maybe' }),
      () => trap,
    ]
    for (const evaluate of failing) {
      const cart = await start(openPolicy, answer(evaluate))
      expect(await call(cart, shop)).to.equal('accepted')
      const { candidate } = book.take()
      expect(candidate).to.include({ effect: 'reject', differs: true })
      expect(JSON.stringify(candidate)).not.to.contain('secret')
    }
    await new Promise(resolve => setTimeout(resolve, 5))
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).to.deep.equal([])
  })

  it('cannot change what the policy has decided', async () => {
    const decisions: Decision[] = []
    const policy = answer(() => ({ effect: 'accept', enforced: true, reason: 'kept', lists: [], stack: 'shop' }))
    const meddling: Policy = {
      evaluate: input => {
        Reflect.set(input, 'callStack', [])
        Reflect.set(input.callStack, 0, { service: 'root' })
        return openPolicy.evaluate(input)
      },
    }
    const cart = await start(policy, meddling)
    const presentation = await shop.wrap({ audience: 'cart', operation: 'read', job: true })
    const { decision, policyInput, callStack } = await cart.unwrap(presentation, { operation: 'read' })
    decisions.push(decision)
    expect(decisions[0]).to.include({ effect: 'accept', reason: 'kept' })
    expect(policyInput.callStack.map(({ service }) => service)).to.deep.equal(['shop'])
    expect(callStack[0]?.service).to.equal('shop')
  })

  it('that is slow rests, and its user is warned once', async () => {
    let asked = 0
    const slow: Policy = {
      evaluate: input => {
        asked += 1
        const end = performance.now() + 30
        while (performance.now() < end);
        return openPolicy.evaluate(input)
      },
    }
    const warnings = await warningsOf(async () => {
      const cart = await start(openPolicy, slow)
      for (let calls = 0; calls < 5; calls += 1) expect(await call(cart, shop)).to.equal('accepted')
    })
    // It rests for 3 seconds at least; the machine may be slow, too.
    expect(asked).to.be.within(1, 3)
    expect(book.events.filter(({ candidate }) => candidate !== undefined)).to.have.length(asked)
    expect(book.events).to.have.length(5)
    const messages = warnings.map(({ message }) => message).filter(message => message.includes('candidate policy'))
    expect(messages).to.have.length(1)
    expect(messages[0]).to.match(/^countersign: cart: the candidate policy took \d+ ms over one call/)
  })

  it('follows its file, as a policy does', async function () {
    this.timeout(20_000)
    const folder = mkdtempSync(join(tmpdir(), 'countersign-candidate-'))
    const file = join(folder, 'candidate.yaml')
    const yaml = (name: string) => `
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { come-from: [{ app-name: { equal-to: ${name} } }] }
`
    expect(parsePolicy(yaml('mallory')).evaluate({ callStack: [] }).effect).to.equal('reject')
    writeFileSync(file, yaml('mallory'))
    const candidatePolicy = await watchPolicy(file)
    const cart = await start(openPolicy, candidatePolicy)
    const differs = async () => {
      expect(await call(cart, shop)).to.equal('accepted')
      return book.take().candidate?.differs
    }
    expect(await differs()).to.equal(true)
    writeFileSync(`${file}.new`, yaml('shop'))
    renameSync(`${file}.new`, file)
    await eventually(async () => (await differs()) === false, 15)
    candidatePolicy.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
