import { inspect } from 'node:util'
import { expect } from 'chai'
import { importPeer } from '../../lib/registry/optional-peer.js'
import { checkServer, type ServerOptions } from '../../lib/registry/server-url.js'
import { errorOf } from '../jws/refusal.js'

const PORTS = new Map([['redis', 6379]])
const check = (options: ServerOptions) => checkServer('Engine', options, PORTS)

describe('the URL of an engine', () => {
  it('names a server, and who asks it', () => {
    expect(check({ url: 'redis://c%20art:p%40ss@[::1]:7000/db' })).to.deep.equal({
      scheme: 'redis',
      host: '::1',
      port: 7000,
      user: 'c art',
      password: 'p@ss',
      database: 'db',
      tls: undefined,
    })
    const tls = {}
    expect(check({ url: 'redis://host', user: 'cart', password: 'p@ss', tls })).to.deep.equal({
      scheme: 'redis',
      host: 'host',
      port: 6379,
      user: 'cart',
      password: 'p@ss',
      database: '',
      tls,
    })
  })

  const secret = 'a-secret'
  const wrong: Readonly<Record<string, ServerOptions>> = {
    'is no URL': { url: secret },
    'is of another scheme': { url: `http://u:${secret}@host` },
    'has no host': { url: `redis:${secret}` },
    'has parameters, which drivers might take for permission to check no certificate': {
      url: `redis://u:${secret}@host?sslmode=require`,
    },
    'has a fragment': { url: `redis://u:${secret}@host#x` },
    'is not encoded': { url: `redis://u:${secret}%@host` },
    'has a password beside one': { url: `redis://u:${secret}@host`, password: secret },
    'stands beside a password that is empty': { url: 'redis://host', password: '' },
    'stands beside a TLS that is no object': { url: 'redis://host', password: secret, tls: true as never },
  }
  for (const [what, options] of Object.entries(wrong)) {
    it(`is refused if it ${what}, and not quoted: ERR_OPTION`, async () => {
      const error = await errorOf(() => check(options))
      expect(error).to.include({ code: 'ERR_OPTION' })
      expect(inspect(error, { showHidden: true, depth: 9 })).not.to.contain(secret)
    })
  }
})

describe('an optional driver', () => {
  it('is named if it is missing: ERR_OPTION', async () => {
    const error = await errorOf(() => importPeer('redis', () => import('a-package-that-nobody-has' as string)))
    expect(error).to.include({ code: 'ERR_OPTION' })
    expect(error.message).to.contain('npm install redis')
  })
})
