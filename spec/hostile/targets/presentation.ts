import type { InitialTokenVerifier } from '../../../lib/index.js'
import { forgeChain, forgeSigners } from '../../forge/chain.js'
import { EPOCH, fixed128 } from '../../forge/hop.js'
import { forgeJwt, forgeOpaqueToken, forgeUserClaims } from '../../forge/initial-token.js'
import { forgeKey, forgeSigner } from '../../forge/key.js'
import type { Target } from '../target.js'
import { HostileReceiver, isDocumented } from './receiving.js'

const ISSUER = 'https://login.example'
const OPAQUE = 'an-opaque-token-that-nobody-else-may-read'
const opaque: InitialTokenVerifier = {
  kind: 'token',
  issuer: 'https://opaque.example',
  verify: async () => ({ kind: 'token', claims: { sub: 'jo' } }),
}
const jwt: InitialTokenVerifier = {
  kind: 'jwt',
  issuer: ISSUER,
  verify: async () => ({ kind: 'jwt', claims: { sub: 'jo' } }),
}

/** Whole presentations: grammar, encoding, bounds, and everything behind them. Nothing but what was forged as such is accepted. */
export async function attackPresentations(): Promise<Target> {
  const [shop, cart] = [forgeSigner('shop'), forgeSigner('cart', 'EdDSA')]
  const many = forgeSigners(16)
  const receiver = await HostileReceiver.start([shop, cart, ...many], {
    initialToken: { accept: [jwt, opaque], user: true },
  })
  const fixed = { secret: fixed128('secret'), transaction: fixed128('transaction') }
  const token = forgeJwt({ key: forgeKey('issuer'), claims: { iss: ISSUER, exp: EPOCH + 300 } })
  const corpus = [
    forgeChain([shop], 'receiver', fixed),
    forgeChain([shop, cart], 'receiver', fixed, forgeUserClaims({ sub: 'jo' })),
    forgeChain([shop, cart, shop], 'receiver', fixed, token),
    forgeChain([cart], 'receiver', fixed, forgeOpaqueToken(OPAQUE)),
    forgeChain(many, 'receiver', fixed),
  ].map(({ presentation }) => presentation)
  const [short = '', , , , deep = ''] = corpus
  const [secret = '', hop = ''] = short.split('~')
  const [header = '', signature = ''] = hop.split('..')
  return {
    name: 'presentation',
    corpus,
    token: /[A-Za-z0-9_-]+|[^A-Za-z0-9_-]/gu,
    dictionary: [
      '~',
      '..',
      '.',
      '=',
      ',',
      ', ',
      ' ',
      '\n',
      'A',
      'e30',
      secret,
      header,
      signature,
      hop,
      `~${hop}`,
      short,
    ],
    bombs: [
      'A'.repeat(1_000_000),
      '~'.repeat(1_000_000),
      '.'.repeat(1_000_000),
      `${secret}~${'A'.repeat(1_000_000)}..${signature}`,
      `${secret}${`~${hop}`.repeat(2000)}`,
      `${secret}${'~e30..A'.repeat(1100)}`,
      `${secret}${'~A..A'.repeat(16)}~${'A'.repeat(7000)}!`,
      `${secret}~${'A~'.repeat(3900)}`,
      `${secret}~${header}..${'A.'.repeat(3000)}`,
      `${deep}~`.repeat(100),
      Array(500).fill(short).join(', '),
      `${short}${'='.repeat(7000)}`,
      short.replaceAll(/./g, '$&\u0301'),
    ],
    milliseconds: 50,
    isLawful: isDocumented,
    attempt: async input => {
      const trial = await receiver.attempt(input, [OPAQUE])
      const isForged = trial.outcome !== 'accepted' || corpus.includes(input)
      return isForged ? trial : { ...trial, outcome: 'accepted, and was never made' }
    },
    close: () => receiver.close(),
  }
}
