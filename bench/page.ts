import type { Results } from './results.js'
import type { Table } from './table.js'

const BLOCK = /^<!-- bench: ([a-z-]+) -->\n(?:.*\n)*?<!-- end -->$/gm
const NUMBER = /^[<>=~]* ?[\d.,]+( %)?$|^-$/

/** The page on performance with what a run printed. */
export function pageWith(page: string, results: Results): string {
  return blocksWith(page, { machine: [machineOf(results)], ...results.sections })
}

/** A page whose blocks hold some tables; each name must have its block, and each block its name. */
export function blocksWith(page: string, sections: Results['sections']): string {
  const written = new Set<string>()
  const text = page.replace(BLOCK, (_, name: string) => {
    written.add(name)
    const tables = sections[name]
    if (tables === undefined) throw new Error(`the page has a block \`${name}\`, which was not measured`)
    return [`<!-- bench: ${name} -->`, tables.map(markdownOf).join('\n\n'), '<!-- end -->'].join('\n')
  })
  for (const name of Object.keys(sections)) {
    if (!written.has(name)) throw new Error(`the page has no block \`${name}\``)
  }
  return text
}

function machineOf({ command, node, cores, processor, samples }: Results): Table {
  return {
    title: 'the run',
    head: ['command', 'Node.js', 'cores', 'processor', 'samples of a median'],
    rows: [[`\`${command}\``, node, String(cores), processor, String(samples)]],
  }
}

function markdownOf({ title, head, rows }: Table): string {
  const rules = head.map((_, column) => (rows.every(row => NUMBER.test(row[column] ?? '')) ? '---:' : '---'))
  return [`**${title}**`, '', ...[head, rules, ...rows].map(cells => `| ${cells.join(' | ')} |`)].join('\n')
}
