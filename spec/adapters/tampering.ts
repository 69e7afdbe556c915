import { expect } from 'chai'
import type { Service } from '../../lib/index.js'
import type { DecisionBook } from '../http/decision-book.js'
import { exchange, type RawResponse } from '../http/raw-client.js'

/** A framework that serves `POST /checkout` of `cart`, and what its handlers and its log have seen. */
export interface Served {
  readonly shop: Service
  readonly url: string
  readonly book: DecisionBook
  readonly handled: readonly string[]
}

const BOUND = { method: 'POST', target: '/checkout?a=1', body: '{"sku":7}' }

/** Requests to one framework, as they were signed and otherwise. */
export class Tampering {
  readonly #served: () => Served

  constructor(served: () => Served) {
    this.#served = served
  }

  /** A presentation for a request; for that to check out if none is given. */
  async present(request: object = BOUND, operation = 'checkout'): Promise<string> {
    const options = { audience: 'cart', operation, job: true, request: request as never } as const
    return await this.#served().shop.wrap(options)
  }

  /** Sends it with a request that may be another. */
  async send(presentation: string, line = 'POST /checkout?a=1 HTTP/1.1', body = BOUND.body): Promise<RawResponse> {
    const fields = ['Host: x', 'Content-Type: application/json', `Content-Length: ${body.length}`]
    return await exchange(this.#served().url, [line, `Countersign: ${presentation}`, ...fields], body)
  }

  /** That the last call was refused with this code, and nothing was handled. */
  async expectRefused(code: string): Promise<void> {
    const { book, handled } = this.#served()
    expect(book.takeCodes()).to.deep.equal([code])
    expect(handled).to.deep.equal([])
  }

  /** What every framework refuses alike. */
  itIsRefused(): void {
    it('nothing that is as it was signed', async () => {
      expect((await this.send(await this.present())).status).to.equal(200)
    })

    it('another body: ERR_REQUEST_MISMATCH', async () => {
      for (const body of ['{"sku":8}', '{"sku":7} ', '', 'not json']) {
        expect((await this.send(await this.present(), undefined, body)).status).to.equal(401)
        await this.expectRefused('ERR_REQUEST_MISMATCH')
      }
    })

    it('another path or query: ERR_REQUEST_MISMATCH', async () => {
      for (const target of ['/checkout?a=2', '/checkout', '/checkout?a=1&b=2']) {
        expect((await this.send(await this.present(), `POST ${target} HTTP/1.1`)).status).to.equal(401)
        await this.expectRefused('ERR_REQUEST_MISMATCH')
      }
    })

    it('what was accepted before: ERR_PRESENTATION_REPLAYED', async () => {
      const { book, handled } = this.#served()
      const presentation = await this.present()
      await this.send(presentation)
      expect([book.takeCodes(), handled.length]).to.deep.equal([['accepted'], 1])
      expect((await this.send(presentation)).status).to.equal(401)
      expect([book.takeCodes(), handled.length]).to.deep.equal([['ERR_PRESENTATION_REPLAYED'], 1])
    })
  }
}
