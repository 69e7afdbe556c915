import { expect } from 'chai'
import type { DecisionEvent } from '../../lib/index.js'
import { logToStandardError } from '../../lib/service/standard-error-log.js'

const NOW = 1_800_000_000

/** What the log writes of an event. */
function linesOf(event: DecisionEvent): string {
  const lines: string[] = []
  const { write } = process.stderr
  process.stderr.write = (line: string | Uint8Array) => lines.push(String(line)) > 0
  try {
    logToStandardError(event)
  } finally {
    process.stderr.write = write
  }
  return lines.join('')
}

describe('a service without a log', () => {
  const event: DecisionEvent = {
    time: NOW,
    service: 'cart',
    operation: 'read',
    correlation: 'c-1',
    outcome: 'refused',
    microseconds: 250,
    status: 401,
    code: 'ERR_CUSTODY_BROKEN',
    invariant: 9,
    hop: 2,
    message: '`cart` wrapped a hop',
  }
  const lineOf = (more: Partial<DecisionEvent>): string => {
    return linesOf({ ...event, ...more })
  }

  it('writes a refusal on one line of standard error', () => {
    expect(lineOf({})).to.equal(
      'countersign: cart refused `read`: ERR_CUSTODY_BROKEN (invariant 9, hop 2) `cart` wrapped a hop [c-1]\n',
    )
  })

  it('writes what it only observed, with the reason', () => {
    const { code: _, invariant: _i, hop: _h, message: _m, ...observed } = event
    const decision = { effect: 'reject', enforced: false, reason: 'list 1 rejects', lists: [], stack: 'shop' } as const
    expect(linesOf({ ...observed, outcome: 'observed', decision })).to.equal(
      'countersign: cart observed `read`: list 1 rejects [c-1]\n',
    )
  })

  it('is silent where a call is accepted', () => {
    expect(lineOf({ outcome: 'accepted' })).to.equal('')
  })

  it('says who an unverified caller claims to be', () => {
    const claimed = {
      caller: 'shop',
      kid: 'k',
      audience: 'cart',
      operation: 'read',
      ageSeconds: 1,
      remainingSeconds: 9,
    }
    expect(lineOf({ claimed, code: 'ERR_KEY_UNKNOWN', invariant: 6, hop: 0, message: 'no such key' })).to.equal(
      'countersign: cart refused `read`: ERR_KEY_UNKNOWN (invariant 6, hop 0, claims to come from `shop`) no such key [c-1]\n',
    )
  })

  it('writes a line of its own where the candidate policy says the opposite, and none where it agrees', () => {
    const candidate = { effect: 'reject', reason: 'list 1 rejects', lists: [], differs: true } as const
    expect(lineOf({ outcome: 'accepted', candidate })).to.equal(
      'countersign: cart candidate would reject `read`: list 1 rejects [c-1]\n',
    )
    expect(lineOf({ outcome: 'accepted', candidate: { ...candidate, effect: 'accept', differs: false } })).to.equal('')
    expect(lineOf({ candidate: { ...candidate, effect: 'accept' } }).split('\n')).to.have.length(3)
  })

  it('cuts a line that is too long', () => {
    const line = lineOf({ message: 'x'.repeat(10_000) })
    expect(line).to.have.length('countersign: '.length + 4096 + '…\n'.length)
  })

  it('keeps a line one line, whatever stands in it', () => {
    const line = lineOf({ message: 'a\nb\r\u001b[31mc\u2028d\u202ee\0f\u0085g' })
    expect(line).to.match(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u)
    expect(line).to.contain('a b  [31mc d e f g')
  })
})
