import { expect } from 'chai'
import { parseAddress } from '../../lib/cli/registry-address.js'

const NOBODY = { user: undefined, password: undefined, isSecured: false }

describe('the address of a registry', () => {
  it('names an engine, an account, hosts and a path', () => {
    expect(parseAddress('etcd://root:p%40ss@one:2379,two:2379/countersign/keys/')).to.deep.equal({
      scheme: 'etcd',
      hosts: ['one:2379', 'two:2379'],
      user: 'root',
      password: 'p@ss',
      path: 'countersign/keys',
      isSecured: false,
    })
    expect(parseAddress('redis://host')).to.deep.equal({ scheme: 'redis', hosts: ['host'], path: '', ...NOBODY })
    expect(parseAddress('nats://[::1]:4222/bucket').hosts).to.deep.equal(['[::1]:4222'])
  })

  it('may have a user without a password, and a password with colons and at signs', () => {
    expect(parseAddress('etcd://cart@host')).to.include({ user: 'cart', password: undefined })
    expect(parseAddress('etcd://cart:a:b@c@host')).to.include({ user: 'cart', password: 'a:b@c', scheme: 'etcd' })
  })

  it('is a path where there is no server', () => {
    const file = { scheme: 'file', hosts: [], ...NOBODY }
    expect(parseAddress('file:./registry')).to.deep.equal({ ...file, path: './registry' })
    expect(parseAddress('file:/var/registry')).to.deep.equal({ ...file, path: '/var/registry' })
    expect(parseAddress('file:///var/registry')).to.deep.equal({ ...file, path: '/var/registry' })
    expect(parseAddress('jwks:config.json')).to.deep.equal({ ...file, scheme: 'jwks', path: 'config.json' })
  })

  it('is refused, and not quoted, where it is anything else', () => {
    const wrong = [
      '',
      'secret',
      'etcd:secret',
      'etcd://',
      'etcd://user:secret@',
      'etcd://user:secret/with@host',
      'etcd://user:secret@host?secret',
      'etcd://user:secret@host#secret',
      'etcd://user:secret@ho st',
      'etcd://user:secret%zz@host',
      'file://secret/path',
      'file:',
    ]
    for (const text of wrong) {
      expect(() => parseAddress(text), text)
        .to.throw(/address/)
        .with.property('name', 'UsageError')
      expect(() => parseAddress(text), text).to.not.throw(/secret/)
    }
  })
})
