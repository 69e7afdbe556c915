import type { JsonObject } from '../../lib/model/json.js'
import type { PolicyFrame, PolicyInput } from '../../lib/model/policy.js'
import { parsePolicy } from '../../lib/policy/parse-policy.js'

/** A frame as a policy sees it. */
export function frame(service: string, operation = 'read', claims: JsonObject = {}): PolicyFrame {
  return { service, operation, claims }
}

/** A call stack of services, as `cart < shop`. */
export function stack(services: string): PolicyFrame[] {
  return services.split(' < ').map(service => frame(service))
}

/** A policy of one rule: every call must match. */
export function mustHave(tokenMatcher: string): string {
  return `for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: ${tokenMatcher}
`
}

/** What a token matcher, in YAML's flow style, says of a call. */
export function verdict(tokenMatcher: string, callStack: readonly PolicyFrame[], initialToken?: JsonObject): string {
  return effect(mustHave(tokenMatcher), { callStack, initialToken: initialToken && { claims: initialToken } })
}

/** What a policy says of a call. */
export function effect(policy: string, input: PolicyInput): string {
  return parsePolicy(policy).evaluate(input).effect
}
