import { CountersignError } from '../errors/base.js'
import type { Policy } from '../model/policy.js'
import { parsePolicy } from './parse-policy.js'

/** What a look at a policy's file brought: a version in force from now on, why there is none, or nothing new. */
export type PolicyNews = Policy | CountersignError | 'unsettled' | undefined

/** The versions of one policy as its file is looked at again and again: the last good one is in force. */
export class PolicyVersions {
  readonly #file: string
  #text: string
  #inForce: Policy
  #unsettled: string | undefined
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
   * Takes what a look found: the text, or why it cannot be read. A new text counts once two looks in a row found it
   * (`unsettled` asks for the second), since a writer may have been half way. A refusal is told once.
   */
  next(found: string | CountersignError): PolicyNews {
    const before = this.#unsettled
    this.#unsettled = undefined
    if (typeof found !== 'string') return this.#refused(found)
    if (found === this.#text) {
      this.#refusal = undefined
      return undefined
    }
    if (found !== before) {
      this.#unsettled = found
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
