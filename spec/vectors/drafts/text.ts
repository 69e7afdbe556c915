import { base64url, looseTwin } from '../../forge/base64url.js'
import { EPOCH, type ForgedHop } from '../../forge/hop.js'
import { forgeJwt, forgeUserClaims } from '../../forge/initial-token.js'
import { cart, type Draft, ISSUER, issuerKey, shop, wrongHop } from '../scene.js'

/** A good call of two hops with a user, of whose text something else is made. */
const changed = (name: string, description: string, change: (good: ForgedHop) => string): Draft => ({
  name,
  description,
  play: scene => ({
    receiver: { edges: ['shop'] },
    presentation: change(scene.chain([shop, cart], {}, forgeUserClaims({ sub: 'jo' }))),
    expected: { code: name.startsWith('encoding') ? 'ERR_ENCODING_NOT_CANONICAL' : 'ERR_PRESENTATION_MALFORMED' },
  }),
})

const placed = (draft: Draft, hop: number): Draft => ({
  ...draft,
  play: scene => {
    const played = draft.play(scene)
    return { ...played, expected: { ...played.expected, hop } }
  },
})

const grammarDrafts: readonly Draft[] = [
  changed('grammar-chain-without-a-secret', 'A chain is not a presentation.', ({ chain }) => chain),
  changed('grammar-secret-alone', 'A secret without a chain.', ({ secret }) => secret),
  changed('grammar-short-secret', 'A secret of 21 characters.', ({ presentation }) => presentation.slice(1)),
  changed('grammar-long-secret', 'A secret of 23 characters.', ({ presentation }) => `A${presentation}`),
  changed(
    'grammar-ends-with-a-separator',
    'Nothing stands right of the last separator.',
    ({ presentation }) => `${presentation}~`,
  ),
  changed('grammar-two-separators', 'Nothing stands between two separators.', ({ presentation }) =>
    presentation.replace('~', '~~'),
  ),
  changed('grammar-trailing-line-feed', 'A line feed follows.', ({ presentation }) => `${presentation}\n`),
  changed('grammar-leading-space', 'A space stands in front.', ({ presentation }) => ` ${presentation}`),
  changed('grammar-padding', 'A segment with the padding of RFC 4648.', ({ presentation }) => `${presentation}==`),
  changed('grammar-base64-alphabet', "A character of base64's alphabet that is not base64url's.", ({ presentation }) =>
    presentation.replace('~e', '~+'),
  ),
  changed('grammar-one-dot', 'A hop with one dot.', ({ presentation }) => presentation.replace('..', '.')),
  changed('grammar-three-dots', 'A hop with three dots.', ({ presentation }) => presentation.replace('..', '...')),
  changed('grammar-payload-attached', 'A hop that carries its payload: a compact JWS.', ({ secret, hop, chain }) => {
    const payload = base64url(chain.slice(hop.length + 1))
    return `${secret}~${hop.replace('..', `.${payload}.`)}`
  }),
  changed('grammar-initial-token-between-hops', 'An initial token stands between two hops.', ({ secret, chain }) => {
    const [outer, inner, token] = chain.split('~')
    return [secret, outer, token, inner].join('~')
  }),
  changed('grammar-two-initial-tokens', 'Two initial tokens.', ({ presentation }) => `${presentation}~e30`),
  changed(
    'grammar-jwt-of-two-segments',
    'An initial token of two segments.',
    ({ presentation }) => `${presentation}.e30`,
  ),
  changed(
    'grammar-unsecured-jwt',
    'An initial token with an empty signature.',
    ({ presentation }) => `${presentation}.e30.`,
  ),
  changed(
    'grammar-two-presentations-in-one',
    'Two field lines, joined with a comma as some servers do.',
    ({ presentation }) => `${presentation}, ${presentation}`,
  ),
  changed('grammar-look-alike-character', 'A Cyrillic letter that looks like a Latin one.', ({ presentation }) =>
    presentation.replace('~e', '~\u0435'),
  ),
  changed('grammar-null-character', 'A null character at the end.', ({ presentation }) => `${presentation}\u0000`),
]

const encodingDrafts: readonly Draft[] = [
  changed(
    'encoding-secret-not-canonical',
    'The last character of the secret has bits that are not used.',
    ({ secret, chain }) => `${looseTwin(secret)}~${chain}`,
  ),
  placed(
    changed(
      'encoding-signature-not-canonical',
      'The last character of a signature has bits that are not used.',
      ({ secret, hop, chain }) => `${secret}~${looseTwin(hop)}${chain.slice(hop.length)}`,
    ),
    0,
  ),
  placed(
    changed(
      'encoding-signature-of-63-bytes',
      'A signature that is too short.',
      ({ secret, hop, chain }) => `${secret}~${hop.slice(0, -86)}${'A'.repeat(84)}${chain.slice(hop.length)}`,
    ),
    0,
  ),
  placed(
    changed(
      'encoding-signature-of-65-bytes',
      'A signature that is too long.',
      ({ secret, hop, chain }) => `${secret}~${hop}A${chain.slice(hop.length)}`,
    ),
    0,
  ),
  {
    name: 'encoding-signature-in-der',
    description: 'An ECDSA signature as ASN.1, not as r and s.',
    play: scene => ({
      presentation: scene.hop({
        resign: plain =>
          Buffer.concat([Buffer.of(0x30, 68, 2, 32), plain.subarray(0, 32), Buffer.of(2, 32), plain.subarray(32)]),
      }).presentation,
      expected: { code: 'ERR_ENCODING_NOT_CANONICAL', hop: 0 },
    }),
  },
  placed(
    changed(
      'encoding-header-not-canonical',
      'The last character of a header has bits that are not used; a decoder reads the same JSON.',
      ({ secret, chain }) => {
        const [header = '', rest = ''] = [chain.slice(0, chain.indexOf('..')), chain.slice(chain.indexOf('..'))]
        const padded = header.length % 4 === 0 ? base64url(`${Buffer.from(header, 'base64url')} `) : header
        return `${secret}~${looseTwin(padded)}${rest}`
      },
    ),
    0,
  ),
  placed(
    changed(
      'encoding-header-of-no-length',
      'A header of a length that base64url does not have.',
      ({ secret }) => `${secret}~AAAAA..${'A'.repeat(86)}`,
    ),
    0,
  ),
  {
    name: 'encoding-user-claims-not-canonical',
    description: 'User claims whose last character has bits that are not used, signed as they stand.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: scene.hop({ around: { cty: 'user', text: looseTwin(base64url('{"sub":"jo"}  ')) } }).presentation,
      expected: { code: 'ERR_ENCODING_NOT_CANONICAL' },
    }),
  },
  {
    name: 'encoding-jwt-not-canonical',
    description: 'A JWT whose signature has bits that are not used.',
    play: scene => {
      const jwt = forgeJwt({ key: issuerKey, claims: { iss: ISSUER, exp: EPOCH + 600 } })
      return {
        receiver: { edges: ['shop'] },
        presentation: scene.hop({ around: { ...jwt, text: looseTwin(jwt.text) } }).presentation,
        expected: { code: 'ERR_ENCODING_NOT_CANONICAL' },
      }
    },
  },
]

const json = (name: string, description: string, change: (text: string) => string | Uint8Array): Draft =>
  wrongHop(`json-${name}`, description, 'ERR_JSON_NOT_STRICT', { write: header => change(JSON.stringify(header)) })

const jsonDrafts: readonly Draft[] = [
  json('byte-order-mark', 'A header with a byte order mark.', text => `\uFEFF${text}`),
  json('not-utf-8', 'A header that is not UTF-8.', text =>
    Buffer.from(text.replace('}', ',"claims":{"a":"\u00e9"}}'), 'latin1'),
  ),
  json('duplicate-member', 'The last of two members would win in most parsers.', text =>
    text.replace('"aud"', '"iss":"cart","aud"'),
  ),
  json('duplicate-member-escaped', 'Two members whose names differ in writing only.', text =>
    text.replace('"aud"', '"\\u0069ss":"cart","aud"'),
  ),
  json('duplicate-member-deep-inside', 'Two members of one name inside the claims.', text =>
    text.replace(/}$/, ',"claims":{"a":{"b":1,"b":1}}}'),
  ),
  json('member-proto', 'A member that sets a prototype in ECMAScript.', text =>
    text.replace(/}$/, ',"claims":{"__proto__":{"admin":true}}}'),
  ),
  json('lone-surrogate', 'Half a character.', text => text.replace(/}$/, ',"claims":{"a":"\\ud800"}}')),
  json('number-not-finite', 'A number that no double can hold.', text => text.replace(/}$/, ',"claims":{"a":1e400}}')),
  json('list', 'A list in place of the object.', text => `[${text}]`),
  json('text-behind', 'Something behind the object.', text => `${text}{}`),
  json('trailing-comma', 'A comma in front of the end.', text => text.replace(/}$/, ',}')),
  json('comment', 'A comment.', text => text.replace('{', '{/**/')),
  json('space-that-is-not-json', 'A white space that JSON does not know.', text => text.replace('{', '{\u00a0')),
  json('time-with-a-fraction', 'A time that is not in plain digits: a fraction.', text =>
    text.replace(`"iat":${EPOCH}`, `"iat":${EPOCH}.0`),
  ),
  json('time-with-an-exponent', 'A time that is not in plain digits: an exponent.', text =>
    text.replace(`"iat":${EPOCH}`, '"iat":18e8'),
  ),
  json('time-with-a-sign', 'A time that is not in plain digits: minus zero.', text =>
    text.replace(`"iat":${EPOCH}`, '"iat":-0'),
  ),
  json('empty-object-cut-off', 'A text that ends too early.', text => text.slice(0, -1)),
  {
    name: 'json-user-claims-duplicate-member',
    description: 'User claims with two members of one name.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: scene.hop({ around: forgeUserClaims('{"role":"user","role":"admin"}') }).presentation,
      expected: { code: 'ERR_JSON_NOT_STRICT' },
    }),
  },
  {
    name: 'json-user-claims-list',
    description: 'User claims that are no object.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: scene.hop({ around: forgeUserClaims('["jo"]') }).presentation,
      expected: { code: 'ERR_JSON_NOT_STRICT' },
    }),
  },
  {
    name: 'json-in-an-inner-hop',
    description: 'Every hop is read strictly, not the newest alone.',
    play: scene => ({
      presentation: scene.chain([shop, cart], position =>
        position === 0 ? { write: header => `\uFEFF${JSON.stringify(header)}` } : {},
      ).presentation,
      expected: { code: 'ERR_JSON_NOT_STRICT', hop: 1 },
    }),
  },
]

export const textDrafts: readonly Draft[] = [...grammarDrafts, ...encodingDrafts, ...jsonDrafts]
