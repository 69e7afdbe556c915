/** What is around the lines of a plot. */
export interface Frame {
  readonly title: string
  readonly x: string
  readonly y: string
  /** Lines leave the frame above this. */
  readonly max?: number
  /** Horizontal lines with their names. */
  readonly limits?: Readonly<Record<string, number>>
}

/** One line of a plot. */
export interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

const WIDTH = 760
const HEIGHT = 400
const LEFT = 72
const RIGHT = 540
const TOP = 44
const BOTTOM = 344
const NAME_HEIGHT = 22
/** Told apart on white and on black, and by most who see colours otherwise. */
const COLOURS = ['#2f81f7', '#d1731b', '#1a9a6c', '#c2489f', '#8c7ae6', '#8f8a1e', '#7d8590']

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8b949e; stroke-opacity: 0.3 }
  .limit { stroke: #8b949e; stroke-dasharray: 5 4 }
  .note { font-size: 11px }
  polyline { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
`

/** An SVG of lines over one axis, whose text follows the reader's light or dark scheme. */
export function linePlot(frame: Frame, lines: readonly Line[]): string {
  const points = lines.flatMap(line => line.points)
  const maxX = Math.max(...points.map(point => point.x))
  const tallest = frame.max ?? Math.max(...points.map(point => point.y), ...Object.values(frame.limits ?? {}))
  const step = stepFor(tallest)
  const maxY = frame.max ?? Math.ceil(tallest / step) * step
  const toX = (x: number) => round(LEFT + (x / maxX) * (RIGHT - LEFT))
  const toY = (y: number) => round(BOTTOM - (y / maxY) * (BOTTOM - TOP))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(frame.title)}">`,
    `<style>${STYLE}</style>`,
    `<clipPath id="frame"><rect x="${LEFT}" y="${TOP}" width="${RIGHT - LEFT + 4}" height="${BOTTOM - TOP}"/></clipPath>`,
    text(LEFT, 24, frame.title, 'class="title"'),
    ...ticksOf(maxY, step).flatMap(tick => [
      `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${toY(tick)}" y2="${toY(tick)}"/>`,
      text(LEFT - 8, toY(tick) + 4, tick.toLocaleString('en'), 'text-anchor="end"'),
    ]),
    ...[...new Set(points.map(point => point.x))].map(x =>
      text(toX(x), BOTTOM + 20, String(x), 'text-anchor="middle"'),
    ),
    text((LEFT + RIGHT) / 2, BOTTOM + 44, frame.x, 'text-anchor="middle"'),
    text(16, (TOP + BOTTOM) / 2, frame.y, `text-anchor="middle" transform="rotate(-90 16 ${(TOP + BOTTOM) / 2})"`),
    ...Object.entries(frame.limits ?? {}).flatMap(([name, limit]) => [
      `<line class="limit" x1="${LEFT}" x2="${RIGHT}" y1="${toY(limit)}" y2="${toY(limit)}"/>`,
      text(LEFT + 6, toY(limit) - 5, `${name}: ${limit.toLocaleString('en')}`, 'class="note"'),
    ]),
    ...lines.flatMap(({ name, points: own }, index) => {
      const colour = COLOURS[index % COLOURS.length]
      const path = own.map(({ x, y }) => `${toX(x)},${toY(y)}`).join(' ')
      const height = TOP + 8 + index * NAME_HEIGHT
      return [
        `<g clip-path="url(#frame)" stroke="${colour}" fill="${colour}"><polyline points="${path}"/>`,
        ...own.map(({ x, y }) => `<circle cx="${toX(x)}" cy="${toY(y)}" r="3"/>`),
        '</g>',
        `<rect x="${RIGHT + 16}" y="${height - 8}" width="12" height="12" fill="${colour}"/>`,
        text(RIGHT + 34, height + 3, name),
      ]
    }),
    '</svg>\n',
  ].join('\n')
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`
}

/** A round distance between ticks: at most six of them. */
function stepFor(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max))
  return [0.2, 0.5, 1, 2].map(factor => factor * power).find(step => max / step <= 6) ?? 2 * power
}

function ticksOf(max: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => index * step)
}

function round(number: number): number {
  return Math.round(number * 10) / 10
}

function escapeText(content: string): string {
  return content.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}
