import { expect } from 'chai'
import { type Run, refusalsIn, runExample } from './run-example.js'

const VARIANTS = [
  { title: 'asserted claims', application: 'jwt-app', questions: 0, claims: /^user: sub, scope$/ },
  { title: 'exchange', application: 'jwt-app', questions: 1, claims: /^jwt: .*\baud\b/ },
  { title: 'phantom token', application: 'opaque-app', questions: 1, claims: /^jwt: active, .*\baud\b/ },
]

describe('examples/edge-public', function () {
  this.timeout(80_000)
  let run: Run

  before(async () => {
    run = await runExample('edge-public')
  })

  it('ends by itself, well', () => {
    expect(run.status, run.stderr).to.equal(0)
    expect(run.lines).to.have.length(VARIANTS.length * 7)
  })

  for (const [index, { title, application, questions, claims }] of VARIANTS.entries()) {
    describe(`by ${title}`, () => {
      let lines: readonly string[]

      before(() => {
        lines = run.lines.slice(index * 7, index * 7 + 7)
      })

      it('begins a chain, of which inventory knows for whom it is', () => {
        const [heading, order, knows = ''] = lines
        expect(heading).to.equal(`${title}, for ${application}`)
        expect(order).to.equal(`  order: 200, and ${questions} questions to the authorization server`)
        const [, known = ''] = /^ {2}inventory knows: cart < shop, for alice \((.*)\)$/.exec(knows) ?? []
        expect(known).to.match(claims)
      })

      it('refuses to pass on what invoked the edge: ERR_TOKEN_PASSED_ON', () => {
        expect(lines.slice(3, 6)).to.deep.equal([
          '  the edge embeds the very token: ERR_TOKEN_PASSED_ON',
          '  the edge sends the very token on: ERR_TOKEN_PASSED_ON',
          '  the very token in what inventory saw: not found',
        ])
      })

      it('gives a thief behind the edge nothing that calls it', () => {
        expect(lines[6]).to.match(/^ {2}a thief calls the edge with it, [5-9] times: 401$/)
      })
    })
  }

  it('refuses nothing but the thief', () => {
    const refusals = refusalsIn(run)
    expect(refusals).to.have.length.above(VARIANTS.length * 4)
    for (const line of refusals) {
      expect(line).to.match(/^countersign: shop did not let a user in: ERR_INITIAL_TOKEN_(?:INVALID|NOT_ACCEPTED) /)
    }
  })
})
