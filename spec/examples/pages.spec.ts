import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { root } from '../house/sources.js'

const PAGES = [
  'docs/edge.md',
  'docs/why.md',
  'examples/README.md',
  ...['edge-public', 'edge-session', 'jobs', 'restaurant'].map(name => `examples/${name}/README.md`),
]

/** The anchors of a page, as its headings make them. */
function anchorsOf(markdown: string): string[] {
  const titles = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title)
  return titles.map(title =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}

for (const page of PAGES) {
  describe(page, () => {
    const markdown = readFileSync(join(root, page), 'utf8')

    it('links to what there is', () => {
      const links = [...markdown.matchAll(/\]\((?!http)([^)#]*)(?:#([^)]+))?\)/g)]
      expect(links).not.to.have.length(0)
      for (const [, path = '', anchor] of links) {
        const target = path === '' ? join(root, page) : join(root, dirname(page), path)
        expect(existsSync(target), path).to.equal(true)
        if (anchor !== undefined) expect(anchorsOf(readFileSync(target, 'utf8')), path).to.include(anchor)
      }
    })

    it('names only programs that there are', () => {
      for (const [, program = ''] of markdown.matchAll(/--import tsx (\S+\.ts)/g)) {
        expect(existsSync(join(root, program)), program).to.equal(true)
      }
    })
  })
}
