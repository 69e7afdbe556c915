import { generateKeyPair } from 'jose'
import { naiveTokenOf, naiveVerify, naiveWrap } from '../naive.js'
import { rawSignature, rawSigning, rawVerification, rawVerifications } from '../raw.js'
import { at, onTheWire, presentationOf, request, startLine, stopLine, userClaimsOf } from '../services.js'
import type { Contender, Prepared, Task } from './contender.js'
import { USER_CHARACTERS } from './user.js'

const user = userClaimsOf(USER_CHARACTERS)

/** Ours: a presentation that was never seen before for each verification. */
export const countersign: Contender = {
  name: 'countersign',
  proves: 'every service signed its hop and was addressed by the one before, for this request, now, once',
  doesNotProve: 'that a service along the chain acted as its caller meant',
  prepare: prepareOurs,
}

/** The same scheme written naively. */
export const naive: Contender = {
  name: 'naive jose',
  proves: 'every service signed its hop; custody too, since the receiver knows whom to expect where',
  doesNotProve:
    'that the caller calls now: whoever sees an inner token can use it; no request, no replay store, no policy',
  prepare: prepareNaive,
}

async function prepareOurs({ depth, samples }: Task): Promise<Prepared> {
  const line = await startLine('ES256')
  const [sender, receiver] = [at(line, depth - 1), at(line, depth)]
  const expected = { operation: 'checkout', request }
  const presentations: string[] = []
  while (presentations.length < samples) presentations.push(onTheWire(await presentationOf(line, depth, user)))
  const [first = ''] = presentations
  const source =
    depth === 1
      ? { userClaims: user }
      : { parent: await sender.unwrap(await presentationOf(line, depth - 1, user), expected) }
  const raw = rawVerifications(first, 'ES256')
  return {
    bytes: first.length,
    verify: sample => receiver.unwrap(presentations[sample] ?? '', expected),
    rawVerify: () => raw.forEach(call => void call()),
    extend: () => sender.wrap({ audience: receiver.name, operation: 'checkout', request, ...source }),
    rawExtend: rawSigning(first, 'ES256'),
    stop: () => stopLine(line),
  }
}

async function prepareNaive({ depth }: Task): Promise<Prepared> {
  const whole = await naiveTokenOf(depth, user)
  const inner = depth === 1 ? undefined : (await naiveTokenOf(depth - 1, user)).token
  const { privateKey } = await generateKeyPair('ES256')
  const raw = lengthsOf(whole.token).map(length => rawVerification(Buffer.alloc(length), 'ES256'))
  return {
    bytes: whole.token.length,
    verify: () => naiveVerify(whole),
    rawVerify: () => raw.forEach(call => void call()),
    extend: () => naiveWrap(depth - 1, inner, privateKey, user),
    rawExtend: rawSignature(Buffer.from(whole.token), 'ES256'),
  }
}

/** The characters of each token in a naive one, itself included. */
function lengthsOf(token: string | undefined): readonly number[] {
  if (token === undefined) return []
  const [, payload = ''] = token.split('.')
  const { token: inner } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { token?: string }
  return [token.length, ...lengthsOf(inner)]
}
