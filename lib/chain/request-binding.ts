import { hash } from 'node:crypto'
import { OptionError, RequestAbsent, RequestMismatch, RequestUnbound } from '../errors.js'
import type { ProtectedHeader } from '../jws/protected-header.js'
import { checkOptions } from '../options.js'
import type { UnverifiedHop } from './presentation.js'

/** The request that a hop is bound to. For a message: method `MESSAGE`, and its destination as target. */
export interface BoundRequest {
  /** As sent. */
  readonly method: string
  /** Raw path and query, before any router rewrites it. */
  readonly target: string
  /** After transfer coding, before content decoding; a text counts as its UTF-8 bytes. None counts as an empty one. */
  readonly body?: Uint8Array | string | undefined
  /** The body is a stream that nobody has read: only method and target can be bound or compared. */
  readonly streamed?: true | undefined
}

const MEMBERS = ['method', 'target', 'body', 'streamed'] as const

/** What a route requires of the newest hop: `request` the whole request, `target` at least method and target. */
export type RequiredBinding = 'request' | 'target' | 'none'

/** The header member that binds a hop to a request: `req`, or `tgt` where the body is streamed. */
export function bindRequest(request: BoundRequest | undefined): Pick<ProtectedHeader, 'req' | 'tgt'> {
  if (request === undefined) return {}
  return request.streamed ? { tgt: targetDigest(request) } : { req: requestDigest(request) }
}

/** The newest hop was signed for this very request (invariant 14). */
export function checkRequest(
  newest: UnverifiedHop,
  request: BoundRequest | undefined,
  required: RequiredBinding,
): void {
  const { req, tgt } = newest.header
  const hop = newest.position
  if (req !== undefined) {
    if (request === undefined || request.streamed) throw new RequestAbsent('no body to compare `req` with', { hop })
    if (requestDigest(request) !== req) throw new RequestMismatch('the request is not the one that was signed', { hop })
    return
  }
  if (required === 'request') throw new RequestUnbound('the hop is not bound to the whole request', { hop })
  if (tgt !== undefined) {
    if (request === undefined) throw new RequestAbsent('no request to compare `tgt` with', { hop })
    if (targetDigest(request) !== tgt) throw new RequestMismatch('the target is not the one that was signed', { hop })
    return
  }
  if (required === 'target') throw new RequestUnbound('the hop is not bound to a request', { hop })
}

/** The request, if it is one: what is none is a programmer's mistake (ERR_OPTION). */
export function validateRequest(request: BoundRequest): BoundRequest {
  const { method, target, body, streamed } = checkOptions('`request`', request, MEMBERS)
  if (typeof method !== 'string' || method === '' || method.includes('\n')) {
    throw new OptionError('`request.method` must be a method')
  }
  if (typeof target !== 'string' || target === '' || target.includes('\n')) {
    throw new OptionError('`request.target` must be a path and query')
  }
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new OptionError('`request.body` must be bytes or a string')
  }
  if (streamed !== undefined && (streamed !== true || body !== undefined)) {
    throw new OptionError('`request.streamed` must be true, without a body')
  }
  return request
}

function requestDigest({ method, target, body = '' }: BoundRequest): string {
  return hash('sha256', `${method}\n${target}\n${hash('sha256', body, 'hex')}`, 'base64url')
}

function targetDigest({ method, target }: BoundRequest): string {
  return hash('sha256', `${method}\n${target}`, 'base64url')
}
