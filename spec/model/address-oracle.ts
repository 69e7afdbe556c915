import { sealOf } from '../forge/hop.js'
import type { Case } from './occasion.js'
import { boundRequest, isSameRequest } from './requests.js'

/** Invariant 1. */
export function objectToBounds({ presentation, parts, instance }: Case): string | undefined {
  return unless(String(presentation).length <= 8000 && parts.hops.length <= instance.role.depthHops, 'too large')
}

/** Invariant 3, as far as one hop's meaning hangs on another's. */
export function objectToShape({ parts, origin }: Case): string | undefined {
  for (const hop of parts.hops) {
    const isOrigin = hop === origin
    if ((hop.header.txn !== undefined) !== isOrigin) return '`txn` is misplaced'
    const follows = isOrigin ? initialTypes(parts.initialToken) : ['hop+jws']
    if (!follows.includes(hop.header.cty)) return '`cty` says something else'
  }
  return undefined
}

function initialTypes(text: string): readonly (string | undefined)[] {
  if (text === '') return [undefined]
  return text.includes('.') ? ['jwt'] : ['user', 'token']
}

/** Invariant 8. Whoever the caller is: the presentation was made for this receiver. */
export function objectToAudience({ newest, instance }: Case): string | undefined {
  return unless(newest.header.aud === instance.role.name, `made for \`${newest.header.aud}\``)
}

/** Invariant 9: every hop was addressed to the signer of the next. */
export function objectToCustody({ parts: { hops } }: Case): string | undefined {
  return hops.flatMap((outer, at) => {
    const inner = hops[at + 1]
    const isBroken = inner !== undefined && inner.header.aud !== outer.header.iss
    return isBroken ? [`\`${outer.header.iss}\` continued what was addressed to \`${inner.header.aud}\``] : []
  })[0]
}

/** Invariant 11. Whoever presents what an honest caller made had its secret from him. */
export function objectToSecret({ newest, parts, world }: Case): string | undefined {
  const mint = world.ledger.find(newest.header)
  return unless(mint === undefined || mint.secret === parts.secret, 'with a secret that its caller did not make')
}

/** Invariant 11, whoever the caller is. */
export function objectToSeal({ newest, parts }: Case): string | undefined {
  return unless(sealOf(parts.secret) === newest.header.jti, 'the secret does not open the hop')
}

/** Invariant 13. */
export function objectToOperation({ newest, operation }: Case): string | undefined {
  return unless(newest.header.op === operation, `\`${newest.header.op}\` was asked for`)
}

/** Invariant 14: what a route demands. */
export function objectToDemand({ newest, binding }: Case): string | undefined {
  const { req, tgt } = newest.header
  if (binding === 'request') return unless(req !== undefined, 'the request is not bound')
  return unless(binding === 'none' || req !== undefined || tgt !== undefined, 'the target is not bound')
}

/** Invariant 14. What an honest caller bound is compared with what he was asked to bind, not with a digest. */
export function objectToRequest({ newest, request, world }: Case): string | undefined {
  const { req, tgt } = newest.header
  if (req === undefined && tgt === undefined) return undefined
  const bound = boundRequest(newest.header)
  if (request === undefined || bound === undefined) return 'bound to a request that is not there'
  const asBound = req === undefined ? ({ ...bound, streamed: true } as const) : bound
  if (!isSameRequest(asBound, request)) return 'bound to another request'
  const mint = world.ledger.find(newest.header)
  return unless(mint?.request === undefined || isSameRequest(mint.request, request), 'minted for another request')
}

function unless(holds: boolean, reason: string): string | undefined {
  return holds ? undefined : reason
}
