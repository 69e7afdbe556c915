import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './message.js'

/** Whoever got no answer does not ask again at once. */
const PATIENCE_MILLISECONDS = 20

/** What came of one request. */
export interface Outcome {
  /** Which request it was, of all that were ever made. */
  readonly number: number
  readonly from: number
  readonly until: number
  /** What was answered, or the code of the error that kept it from coming. */
  readonly answer: Answer | string
}

/** Users who ask one after the other, all at the same time, over connections that stay open: every request is another user's. */
export class Crowd {
  readonly #port: number
  readonly #hear: (outcome: Outcome) => void
  readonly #agent: Agent
  readonly #size: number
  #asked = 0

  constructor(port: number, size: number, hear: (outcome: Outcome) => void) {
    this.#port = port
    this.#hear = hear
    this.#size = size
    this.#agent = new Agent({ keepAlive: true, maxSockets: size })
  }

  /** How many requests were made. */
  get asked(): number {
    return this.#asked
  }

  /** Asks until it is told to stop; every answer has come when it returns. */
  async askUntil(isOver: () => boolean): Promise<void> {
    const one = async () => {
      while (!isOver()) await this.askOnce()
    }
    await Promise.all(Array.from({ length: this.#size }, one))
  }

  async askOnce(): Promise<void> {
    const number = this.#asked
    this.#asked += 1
    const from = performance.now()
    const path = `/order?user=${userOf(number)}&item=${itemOf(number)}`
    const answer = await this.#get(path).catch(error => String(Reflect.get(Object(error), 'code') ?? error))
    this.#hear({ number, from, until: performance.now(), answer })
    if (typeof answer === 'string') await delay(PATIENCE_MILLISECONDS)
  }

  leave(): void {
    this.#agent.destroy()
  }

  #get(path: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port: this.#port, path, agent: this.#agent }, response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => (response.complete ? resolve(JSON.parse(text)) : reject(new Error('ECONNRESET'))))
      })
      request.on('error', reject)
    })
  }
}

/** Who asks, and for what: no two requests have the same. */
export function userOf(number: number): string {
  return `user-${number}`
}

export function itemOf(number: number): string {
  return `item-${number * 7 + 3}`
}
