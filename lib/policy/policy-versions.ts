import { CountersignError } from '../errors/base.js'
import { POLICY_SETTLE_MILLISECONDS } from '../limits/decisions.js'
import type { Policy } from '../model/policy.js'
import { parsePolicy } from './parse-policy.js'

/** What a look at a policy's file brought: a version in force from now on, why there is none, or nothing new. */
export type PolicyNews = Policy | CountersignError | 'unsettled' | undefined

/** A text that stands in the file, and since when. */
interface Unsettled {
  readonly text: string
  readonly since: number
}

/** The versions of one policy as its file is looked at again and again: the last good one is in force. */
export class PolicyVersions {
  readonly #file: string
  #text: string
  #inForce: Policy
  #unsettled: Unsettled | undefined
  #refusal: string | undefined

  /** Throws ERR_POLICY_INVALID where the first version cannot be used. `file` is its name in messages. */
  constructor(text: string, file: string) {
    this.#file = file
    this.#text = text
    this.#inForce = parsePolicy(text, { file })
  }

  get inForce(): Policy {
    return this.#inForce
  }

  /**
   * Takes what a look found, in milliseconds of any clock: the text, or why it cannot be read. A new text counts once all looks have found it
   * for a while (`unsettled` asks for another), since a writer may be half way. A refusal is told once.
   */
  next(found: string | CountersignError, now: number): PolicyNews {
    const before = this.#unsettled
    this.#unsettled = undefined
    if (typeof found !== 'string') return this.#refused(found)
    if (found === this.#text) {
      this.#refusal = undefined
      return undefined
    }
    const unsettled = before?.text === found ? before : { text: found, since: now }
    if (now - unsettled.since < POLICY_SETTLE_MILLISECONDS) {
      this.#unsettled = unsettled
      return 'unsettled'
    }
    this.#text = found
    return this.#replacedBy(found)
  }

  #replacedBy(text: string): PolicyNews {
    try {
      this.#inForce = parsePolicy(text, { file: this.#file })
    } catch (error) {
      if (error instanceof CountersignError) return this.#refused(error)
      throw error
    }
    this.#refusal = undefined
    return this.#inForce
  }

  #refused(error: CountersignError): CountersignError | undefined {
    if (error.message === this.#refusal) return undefined
    this.#refusal = error.message
    return error
  }
}
