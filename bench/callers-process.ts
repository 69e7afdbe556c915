// The services before the receiver, in a process of their own: they share its registry, make presentations when they are
// asked to, and send them.
import { FileRegistry } from '../dist/index.js'
import { type Load, send } from './load.js'
import { type Algorithm, HTTP_HOPS, presentationOf, startLine } from './services.js'

/** What the callers are to do: so many presentations that nobody has seen, or one token time and again. */
export interface CallersOrder extends Omit<Load, 'tokens'> {
  readonly requests: number
  readonly token: string | undefined
}

const [folder = '', algorithm] = process.argv.slice(2)
const line = await startLine(algorithm as Algorithm, { services: 4, registry: new FileRegistry(folder) })

process.on('message', async ({ requests, token, ...load }: CallersOrder) => {
  const tokens = token === undefined ? [] : [token]
  if (token === undefined) while (tokens.length < requests) tokens.push(await presentationOf(line, HTTP_HOPS))
  process.send?.(await send({ ...load, tokens }))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
