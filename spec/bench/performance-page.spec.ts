import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { pageWith } from '../../bench/page.js'
import { plotsOf } from '../../bench/plots.js'
import type { Results } from '../../bench/results.js'
import { root } from '../house/sources.js'

const MEASURED = /\d[\d.,]*\s?(?:%|[µu]s\b|ms\b|[KM]B\b|(?:micro|milli)?seconds?\b|bytes\b|requests\b|times\b)/i
const BLOCKS = /^<!-- bench: [a-z-]+ -->$[\s\S]*?^<!-- end -->$|^```[\s\S]*?^```$/gm

describe('the page on performance', () => {
  const page = readFileSync(join(root, 'docs/performance.md'), 'utf8')
  const results: Results = JSON.parse(readFileSync(join(root, 'bench/results/latest.json'), 'utf8'))

  it('has the tables of the run that is kept beside it, all of them and no others', () => {
    expect(pageWith(page, results)).to.equal(page)
  })

  it('is not what another run would give', () => {
    const verification = [{ title: 'another', head: ['hops'], rows: [['1']] }]
    expect(pageWith(page, { ...results, sections: { ...results.sections, verification } })).not.to.equal(page)
  })

  it('fails on a section that it has no place for, and on a place without a section', () => {
    const { bytes, ...others } = results.sections
    expect(() => pageWith(page, { ...results, sections: others })).to.throw('`bytes`, which was not measured')
    const more = { ...others, bytes: bytes ?? [], dreams: [] }
    expect(() => pageWith(page, { ...results, sections: more })).to.throw('no block `dreams`')
  })

  it('says no figure in its own words', () => {
    const prose = page.replaceAll(BLOCKS, '')
    expect(prose).to.not.match(MEASURED)
    expect(`${prose}\nIt takes 12.5 us.`).to.match(MEASURED)
  })

  it('shows the plots of that run, all of them', () => {
    const folder = join(root, 'docs/performance')
    const plots = plotsOf(results)
    expect(readdirSync(folder).sort()).to.deep.equal([...plots.keys()].sort())
    for (const [file, plot] of plots) {
      expect(readFileSync(join(folder, file), 'utf8'), file).to.equal(plot)
      expect(page).to.contain(`](performance/${file})`)
    }
  })
})
