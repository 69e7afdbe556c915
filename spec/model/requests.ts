import { requestDigest, targetDigest } from '../forge/request.js'
import type { Binding } from './moves.js'

/** A request as a receiver is given it. */
export interface Request {
  readonly method: string
  readonly target: string
  readonly body?: string
  readonly streamed?: true
}

/** All requests of the model: they differ by method, target and body, one at a time. */
export const REQUESTS: readonly Request[] = [
  { method: 'POST', target: '/orders?lot=1', body: '{"items":1}' },
  { method: 'POST', target: '/orders?lot=1', body: '{"items":2}' },
  { method: 'POST', target: '/orders?lot=2', body: '{"items":1}' },
  { method: 'PUT', target: '/orders?lot=1', body: '{"items":1}' },
  { method: 'POST', target: '/orders?lot=1' },
]

/** The request of a binding. */
export function requestOf({ request, streamed }: Binding): Request {
  const found = REQUESTS[request % REQUESTS.length] as Request
  return streamed ? { method: found.method, target: found.target, streamed } : found
}

/** The members that bind a hop to a request. */
export function bindingMembers(bind: Binding | undefined): { readonly req?: string; readonly tgt?: string } {
  if (bind === undefined) return {}
  const request = requestOf(bind)
  return request.streamed ? { tgt: targetDigest(request) } : { req: requestDigest(request) }
}

/** The request that a hop is bound to, found by trying them all. */
export function boundRequest({ req, tgt }: { readonly req?: unknown; readonly tgt?: unknown }): Request | undefined {
  if (req !== undefined) return REQUESTS.find(request => requestDigest(request) === req)
  if (tgt !== undefined) return REQUESTS.find(request => targetDigest(request) === tgt)
  return undefined
}

/** Whether two requests are the same as far as a hop is bound: a streamed one has no body yet. */
export function isSameRequest(bound: Request, given: Request): boolean {
  const isAddressed = bound.method === given.method && bound.target === given.target
  return (
    isAddressed && (bound.streamed === true || (given.streamed !== true && (bound.body ?? '') === (given.body ?? '')))
  )
}
