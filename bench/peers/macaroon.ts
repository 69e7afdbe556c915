import { createHmac, randomBytes } from 'node:crypto'
import { userClaimsOf } from '../services.js'
import type { Contender, Prepared, Task } from './contender.js'
import { loadPeer } from './installed.js'
import { USER_CHARACTERS } from './user.js'

interface Macaroon {
  addFirstPartyCaveat(caveat: string): void
  verify(rootKey: Uint8Array, check: (caveat: string) => string | null): void
  exportJSON(): object
}

interface MacaroonModule {
  newMacaroon(options: { identifier: string; location: string; rootKey: Uint8Array; version: number }): Macaroon
  importMacaroon(json: unknown): Macaroon
}

/** A macaroon: a caveat for each hop, under one key that whoever verifies has. */
export function macaroon(): Contender {
  return {
    name: 'macaroon',
    proves: 'somebody with the shared key made the token, and nobody took a caveat away',
    doesNotProve: 'who added which caveat, or who calls; and every receiver can forge any token',
    prepare: async task => prepare(loadPeer<MacaroonModule>('macaroon'), task),
  }
}

function prepare({ newMacaroon, importMacaroon }: MacaroonModule, { depth }: Task): Prepared {
  const rootKey = randomBytes(32)
  const chainOf = (hops: number) => {
    const identifier = JSON.stringify(userClaimsOf(USER_CHARACTERS))
    const token = newMacaroon({ identifier, location: 's0', rootKey, version: 2 })
    for (let index = 0; index < hops; index += 1) token.addFirstPartyCaveat(hopAt(index))
    return textOf(token)
  }
  const read = (text: string) => importMacaroon(JSON.parse(Buffer.from(text, 'base64url').toString()))
  const text = chainOf(depth)
  const inner = chainOf(depth - 1)
  const caveat = Buffer.from(hopAt(0))
  const mac = () => createHmac('sha256', rootKey).update(caveat).digest()
  return {
    bytes: text.length,
    verify: () => {
      let seen = 0
      read(text).verify(rootKey, found => (found === hopAt(seen++) ? null : 'another hop'))
    },
    rawVerify: () => {
      for (let hop = 0; hop <= depth; hop += 1) mac()
    },
    extend: () => {
      const token = read(inner)
      token.addFirstPartyCaveat(hopAt(depth - 1))
      return textOf(token)
    },
    rawExtend: mac,
  }
}

/** As JSON: the binary form of this package doubles its buffer with every field, and fails before ten hops. */
function textOf(token: Macaroon): string {
  return Buffer.from(JSON.stringify(token.exportJSON())).toString('base64url')
}

function hopAt(index: number): string {
  return `hop s${index} s${index + 1} checkout before 4102444800`
}
