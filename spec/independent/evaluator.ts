import { type Call, isMissing, readCall } from './call.js'
import type { AgeBound, InitialTokenMatcher, PolicyDocument, Rule, RuleList, TokenMatcher } from './document.js'
import { StackEvaluator } from './evaluator-stacks.js'

export type Effect = 'accept' | 'reject'

/** What the evaluator says: the effect, and what each list said that was asked. */
export interface Judgement {
  readonly effect: Effect
  readonly lists: readonly ListJudgement[]
}

/** Positions count from 1. `rule` is absent where no rule's condition matched. */
export interface ListJudgement {
  readonly effect: Effect
  readonly list: number
  readonly name?: string | undefined
  readonly rule?: RulePosition | undefined
}

export interface RulePosition {
  readonly index: number
  readonly name?: string | undefined
  readonly because?: string | undefined
}

const LARGEST_SKEW = 5

const effectOf = (accepted: boolean): Effect => (accepted ? 'accept' : 'reject')

/**
 * The policy language a second time, from docs/policy.md alone: slow, plain, and sharing nothing with the library. It takes
 * a document that the library loads; what is refused at load is not its business.
 */
export class Evaluator extends StackEvaluator {
  judge(policy: PolicyDocument, input: unknown): Judgement {
    try {
      const call = readCall(input)
      if (call !== undefined) return this.policyJudges(policy, call)
    } catch {
      // Reading the call threw.
    }
    return { effect: 'reject', lists: [] }
  }

  protected policyJudges(policy: PolicyDocument, call: Call): Judgement {
    const lists: ListJudgement[] = []
    for (const [index, list] of policy['for-each-of-the-following'].entries()) {
      lists.push(this.listJudges(list, index + 1, call))
      if (this.isSettled(lists)) break
    }
    const accepted = lists.every(list => list.effect === 'accept')
    return { effect: effectOf(this.told('for-each-of-the-following', accepted)), lists }
  }

  /** The first list that rejects ends the matter. */
  protected isSettled(lists: readonly ListJudgement[]): boolean {
    return lists.at(-1)?.effect === 'reject'
  }

  protected listJudges(list: RuleList, position: number, call: Call): ListJudgement {
    const rules = list['enforce-the-first-matching-rule']
    const index = this.decidingRule(rules, call)
    const rule = rules[index]
    const accepted = rule === undefined ? this.acceptsOtherwise(list) : this.ruleAccepts(rule, call)
    return {
      effect: effectOf(this.told('enforce-the-first-matching-rule', accepted)),
      list: position,
      name: list.name !== undefined && this.told('list: name', true) ? list.name : undefined,
      rule: rule && { index: index + 1, ...this.describe(rule) },
    }
  }

  /** Where the rule stands that decides, or -1. */
  protected decidingRule(rules: readonly Rule[], call: Call): number {
    return rules.findIndex(rule => this.conditionMatches(rule, call))
  }

  protected acceptsOtherwise(list: RuleList): boolean {
    return list.otherwise === 'accept' && this.told('otherwise', true)
  }

  protected describe({ name, because }: Rule): Omit<RulePosition, 'index'> {
    return {
      name: name !== undefined && this.told('rule: name', true) ? name : undefined,
      because: because !== undefined && this.told('because', true) ? because : undefined,
    }
  }

  protected conditionMatches(rule: Rule, call: Call): boolean {
    if (rule['any-token'] === true) return this.told('any-token', true)
    const matcher = rule['tokens-that']
    return matcher !== undefined && this.told('tokens-that', this.tokenMatches(matcher, call))
  }

  protected ruleAccepts(rule: Rule, call: Call): boolean {
    if (rule['must-be-rejected'] === true) return !this.told('must-be-rejected', true)
    return rule.must !== undefined && this.told('must', this.tokenMatches(rule.must, call))
  }

  /** Section 3. */
  protected tokenMatches(matcher: TokenMatcher, call: Call): boolean {
    const { or, ...keys } = matcher
    return this.allHold(keys, call) || (or !== undefined && this.told('or', this.tokenMatches(or, call)))
  }

  protected allHold(keys: Omit<TokenMatcher, 'or'>, call: Call): boolean {
    const { 'have-operation': operation, 'have-claim': claims, 'have-initial-token': initial } = keys
    const { 'come-from': from, 'come-through': through, 'originate-from': origin, 'have-at-most': most } = keys
    const [nearest] = call.frames
    if (nearest === undefined) return false
    if (operation !== undefined && !this.told('have-operation', this.valueMatches(operation, nearest.operation)))
      return false
    if (claims !== undefined && !this.told('have-claim', this.claimsMatch(claims, nearest.claims))) return false
    if (initial !== undefined && !this.told('have-initial-token', this.initialTokenMatches(initial, call))) return false
    if (keys['have-no-initial-token'] === true && !this.told('have-no-initial-token', isMissing(call.initial)))
      return false
    if (from !== undefined && !this.told('come-from', this.comesFrom(from, call.frames))) return false
    if (through !== undefined && !this.told('come-through', this.comesThrough(through, call.frames))) return false
    if (origin !== undefined && !this.told('originate-from', this.originatesFrom(origin, call.frames))) return false
    if (most !== undefined && !this.told('have-at-most', this.isAtMost(call.frames.length, most.apps))) return false
    return true
  }

  protected isAtMost(frames: number, apps: number): boolean {
    return frames <= apps
  }

  protected initialTokenMatches(matcher: InitialTokenMatcher, { initial: claims, now }: Call): boolean {
    if (claims === undefined) return false
    const { 'where-issuer-is': issuer, 'where-claim': others } = matcher
    const { 'where-scope-contains': scope, 'where-audience-contains': audience } = matcher
    const { 'where-authenticated-within': login, 'where-issued-within': issue } = matcher
    const scopes = this.scopesOf(this.claimOf(claims, 'scope'))
    const audiences = this.audiencesOf(this.claimOf(claims, 'aud'))
    const issuedBy = this.claimOf(claims, 'iss')
    if (issuer !== undefined && !this.told('where-issuer-is', this.valueMatches(issuer, issuedBy))) return false
    if (scope !== undefined && !this.told('where-scope-contains', this.listMatches(scope, scopes))) return false
    if (audience !== undefined && !this.told('where-audience-contains', this.listMatches(audience, audiences)))
      return false
    const [loginAt, issuedAt] = [this.claimOf(claims, 'auth_time'), this.claimOf(claims, 'iat')]
    if (login !== undefined && !this.told('where-authenticated-within', this.isWithin(login, loginAt, now)))
      return false
    if (issue !== undefined && !this.told('where-issued-within', this.isWithin(issue, issuedAt, now))) return false
    if (others !== undefined && !this.told('initial token: where-claim', this.claimsMatch(others, claims))) return false
    return true
  }

  /** From `seconds` before now to five seconds behind it, in whole seconds since the epoch. */
  protected isWithin({ seconds }: AgeBound, time: unknown, now: number | undefined): boolean {
    if (now === undefined || !Number.isSafeInteger(time) || Number(time) < 0) return false
    return Number(time) >= now - seconds && Number(time) <= now + LARGEST_SKEW
  }

  protected scopesOf(claim: unknown): unknown {
    return typeof claim === 'string' ? claim.split(' ').filter(piece => piece !== '') : claim
  }

  protected audiencesOf(claim: unknown): unknown {
    return typeof claim === 'string' ? [claim] : claim
  }
}
