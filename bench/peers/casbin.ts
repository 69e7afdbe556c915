import type { Decider, Rules } from './decisions.js'
import { loadPeer } from './installed.js'

interface Enforcer {
  enforceSync(...request: readonly string[]): boolean
}

interface Casbin {
  newEnforcer(model: unknown, adapter: unknown): Promise<Enforcer>
  newModelFromString(text: string): unknown
  readonly StringAdapter: new (policy: string) => unknown
}

/** Its request is flat: the caller names the stack's origin itself, and a path through services cannot be said. */
const MODEL = `
[request_definition]
r = origin, operation
[policy_definition]
p = origin, operation
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.operation == p.operation && r.origin == p.origin
`

/** The rules in casbin's words. */
export async function casbin({ operations, origin }: Rules): Promise<Decider> {
  const { newEnforcer, newModelFromString, StringAdapter } = loadPeer<Casbin>('casbin')
  const adapter = new StringAdapter(operations.map(operation => `p, ${origin}, ${operation}`).join('\n'))
  const enforcer = await newEnforcer(newModelFromString(MODEL), adapter)
  return {
    name: 'casbin',
    accepts: ({ callStack }) => enforcer.enforceSync(callStack.at(-1)?.service ?? '', callStack[0]?.operation ?? ''),
  }
}
