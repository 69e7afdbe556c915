// The services before the receivers, in a process of their own: they share its registry, make presentations when they are
// asked to, and send them. Receivers know nothing of each other: what is new to one is new to all.
import { FileRegistry } from '../dist/index.js'
import { type Load, type LoadReport, send } from './load.js'
import { type Algorithm, HTTP_HOPS, presentationOf, startLine } from './services.js'

/** What the callers are to do: make so many presentations that nobody has seen, or send those, or one token time and again. */
export type CallersOrder = { readonly make: number } | (Omit<Load, 'tokens'> & { readonly token: string | undefined })

/** What they answer: a report of what they sent. */
export type CallersAnswer = LoadReport | 'ready'

const [folder = '', algorithm] = process.argv.slice(2)
const line = await startLine(algorithm as Algorithm, { services: 4, registry: new FileRegistry(folder) })
const tell = (answer: CallersAnswer) => process.send?.(answer)
let presentations: string[] = []

async function make(count: number): Promise<CallersAnswer> {
  presentations = []
  while (presentations.length < count) presentations.push(await presentationOf(line, HTTP_HOPS))
  return 'ready'
}

process.on('message', async (order: CallersOrder) => {
  if ('make' in order) return tell(await make(order.make))
  const { token, ...load } = order
  return tell(await send({ ...load, tokens: token === undefined ? presentations : [token] }))
})
process.on('disconnect', () => process.exit())
tell('ready')
