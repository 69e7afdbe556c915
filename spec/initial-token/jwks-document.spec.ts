import type { RequestListener, ServerResponse } from 'node:http'
import { expect } from 'chai'
import nodeFetch from 'node-fetch'
import { fetchJwks, type JwksFetch, type JwksResponse } from '../../lib/initial-token/jwks-document.js'
import { RemoteJwks } from '../../lib/initial-token/remote-jwks.js'
import { errorOf, refusalOf } from '../jws/refusal.js'
import { makeIssuer, NOW } from './issuer.js'
import { type JwksServer, respond, startJwksServer } from './jwks-server.js'

const { jwk } = makeIssuer('key-1')
const SEARCH = { kid: 'key-1', alg: 'ES256' } as const
const CHUNK = Buffer.alloc(16_384, ' ')

/** A listener, and when the connection of its response has ended. */
function watch(respondTo: (response: ServerResponse) => void) {
  let hasEnded = () => {}
  const closed = new Promise<void>(resolve => {
    hasEnded = resolve
  })
  const listener: RequestListener = (_request, response) => {
    response.on('close', hasEnded)
    respondTo(response)
  }
  return { listener, closed }
}

describe('fetching a JWK Set', () => {
  let server: JwksServer

  beforeEach(async () => {
    server = await startJwksServer([jwk])
  })
  afterEach(() => server.close())

  /** The message of a fetch that fails. */
  async function faultOf(listener: RequestListener, fetch: JwksFetch = globalThis.fetch): Promise<string> {
    server.answer(listener)
    return (await errorOf(() => fetchJwks(fetch, server.uri, 2))).message
  }

  it("reads the keys, by the platform's fetch and by node-fetch", async () => {
    for (const fetch of [globalThis.fetch, nodeFetch]) {
      const set = await fetchJwks(fetch, server.uri, 2)
      expect(set.pick(SEARCH)?.export({ format: 'jwk' })).to.include({ x: jwk.x })
    }
  })

  it('stops reading after 65,536 bytes, also when the set never ends', async () => {
    for (const fetch of [globalThis.fetch, nodeFetch]) {
      const endless = watch(response => {
        const write = () => {
          while (!response.destroyed && response.write(CHUNK));
        }
        response.on('drain', write)
        write()
      })
      expect(await faultOf(endless.listener, fetch)).to.equal('the key set has more than 65536 bytes')
      await endless.closed
    }
  })

  it('ends a response that it does not read, because of its status', async () => {
    for (const fetch of [globalThis.fetch, nodeFetch]) {
      const unfinished = watch(response => response.writeHead(500).write('down'))
      expect(await faultOf(unfinished.listener, fetch)).to.equal('the issuer answered 500 instead of a key set')
      await unfinished.closed
    }
  })

  it('takes a set of exactly 65,536 bytes, and not one more', async () => {
    const body = JSON.stringify({ keys: [jwk] })
    expect(await faultOf(respond(body.padEnd(65_537)))).to.equal('the key set has more than 65536 bytes')
    server.answer(respond(body.padEnd(65_536)))
    expect((await fetchJwks(fetch, server.uri, 2)).pick(SEARCH)).not.to.equal(undefined)
  })

  it('takes 100 keys, and not one more', async () => {
    const keys = (count: number) =>
      JSON.stringify({ keys: Array.from({ length: count }, (_, index) => ({ ...jwk, kid: `key-${index}` })) })
    expect(await faultOf(respond(keys(101)))).to.equal('the key set has more than 100 keys')
    server.answer(respond(keys(100)))
    expect((await fetchJwks(fetch, server.uri, 2)).pick({ kid: 'key-99', alg: 'ES256' })).not.to.equal(undefined)
  })

  it('follows no redirect, wherever it leads', async () => {
    const elsewhere = await startJwksServer([jwk])
    for (const status of [301, 302, 303, 307, 308]) {
      for (const fetch of [globalThis.fetch, nodeFetch]) {
        await faultOf((_request, response) => response.writeHead(status, { location: elsewhere.uri }).end(), fetch)
      }
    }
    expect(elsewhere.requests).to.equal(0)
    await elsewhere.close()
  })

  it('refuses what a fetch got by following a redirect all the same', async () => {
    const following: JwksFetch = async url => ({
      ...(await globalThis.fetch(url)),
      status: 200,
      redirected: true,
      body: null,
    })
    expect((await errorOf(() => fetchJwks(following, server.uri, 2))).message).to.equal(
      'the key set came from elsewhere',
    )
  })

  it('refuses any status but 200', async () => {
    for (const status of [201, 203, 304, 400, 404, 500, 503]) {
      expect(await faultOf(respond(status === 304 ? '' : JSON.stringify({ keys: [jwk] }), status))).to.contain(
        String(status),
      )
    }
  })

  it('refuses a body that is no strict JSON object with a list of keys', async () => {
    for (const body of [
      '',
      '[]',
      'null',
      '{"keys":[],"keys":[]}',
      '{"keys":[]}x',
      '\ufeff{"keys":[]}',
      '<html>',
      '{"keys":[{"kty":"EC","kty":"RSA"}]}',
    ]) {
      await faultOf(respond(body))
    }
    for (const body of ['{}', '{"keys":{}}', '{"keys":null}', '{"keys":"x"}']) {
      expect(await faultOf(respond(body))).to.equal('the key set has no list of keys')
    }
    await faultOf(respond(Buffer.from([0x7b, 0xff, 0x7d])))
  })

  it('leaves out what is no key at all', async () => {
    server.answer(respond(JSON.stringify({ keys: [null, 1, 'key', [], {}, jwk] })))
    expect((await fetchJwks(fetch, server.uri, 2)).pick({ kid: undefined, alg: 'ES256' })).not.to.equal(undefined)
  })

  it('gives up on a server that hangs, before and after its headers: ERR_ISSUER_UNAVAILABLE', async () => {
    const silent: RequestListener = () => {}
    const stalled: RequestListener = (_request, response) => {
      response.writeHead(200).write('{"keys":')
    }
    for (const listener of [silent, stalled]) {
      for (const fetch of [globalThis.fetch, nodeFetch]) {
        server.answer(listener)
        const keys = new RemoteJwks({ uri: server.uri, fetch, timeoutSeconds: 0.1 })
        expect(await refusalOf(() => keys.find(SEARCH, NOW))).to.equal('ERR_ISSUER_UNAVAILABLE')
      }
    }
  })

  it('gives up on a fetch that does not heed its signal, or fails at once: ERR_ISSUER_UNAVAILABLE', async () => {
    const deaf: JwksFetch = () => new Promise<JwksResponse>(() => {})
    const broken: JwksFetch = () => {
      throw new Error('broken')
    }
    for (const fetch of [deaf, broken]) {
      const keys = new RemoteJwks({ uri: server.uri, fetch, timeoutSeconds: 0.05 })
      expect(await refusalOf(() => keys.find(SEARCH, NOW))).to.equal('ERR_ISSUER_UNAVAILABLE')
    }
  })

  it('refuses a response without a body, or whose body is no bytes', async () => {
    const answering =
      (response: JwksResponse): JwksFetch =>
      async () =>
        response
    const texts = (async function* () {
      yield '{"keys":[]}'
    })()
    expect((await errorOf(() => fetchJwks(answering({ status: 200, body: null }), server.uri, 2))).message).to.equal(
      'the key set is empty',
    )
    expect((await errorOf(() => fetchJwks(answering({ status: 200, body: texts }), server.uri, 2))).message).to.equal(
      'the key set did not come in bytes',
    )
  })

  it('asks with the URL alone: no redirects, no credentials, no body', async () => {
    const requests: unknown[] = []
    const spy: JwksFetch = async (url, { signal: _, ...request }) => {
      requests.push(url, request)
      return { status: 500, body: null }
    }
    await errorOf(() => fetchJwks(spy, server.uri, 2))
    const headers = { accept: 'application/jwk-set+json, application/json' }
    expect(requests).to.deep.equal([server.uri, { redirect: 'error', headers }])
  })
})
