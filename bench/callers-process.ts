// The services before the receiver, in a process of their own: they share its registry, make presentations when they are
// asked to, and send them.
import { FileRegistry } from '../dist/index.js'
import { send } from './load.js'
import { type Algorithm, HTTP_HOPS, presentationOf, startLine } from './services.js'

/** What the callers are to do: presentations that nobody has seen, or one token time and again. */
export interface CallersOrder {
  readonly port: number
  readonly concurrency: number
  readonly requests: number
  readonly token: string | undefined
  /** Whether they have a core of their own, and never sleep. */
  readonly isAwake: boolean
}

const [folder = '', algorithm] = process.argv.slice(2)
const line = await startLine(algorithm as Algorithm, { services: 4, registry: new FileRegistry(folder) })

process.on('message', async ({ requests, token, ...load }: CallersOrder) => {
  const tokens: string[] = []
  while (tokens.length < requests) tokens.push(token ?? (await presentationOf(line, HTTP_HOPS)))
  process.send?.(await send({ ...load, tokens }))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
