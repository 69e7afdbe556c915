import { EPOCH, type ForgedHop } from '../../forge/hop.js'
import { forgeUserClaims } from '../../forge/initial-token.js'
import { forgeSigner } from '../../forge/key.js'
import { cart, type Draft, pricing, registered, type Scene, shop } from '../scene.js'

const seventeen = Array.from({ length: 17 }, (_, at) => forgeSigner(`s${at}`, at % 2 ? 'EdDSA' : 'ES256'))

/** A presentation of so many characters exactly, padded with user claims and with white space in the header. */
function sized(scene: Scene, characters: number): ForgedHop {
  const random = scene.random()
  const padded = (length: number, spaces: number) =>
    scene.hop({
      ...random,
      around: forgeUserClaims({ padding: 'x'.repeat(length) }),
      write: header => JSON.stringify(header) + ' '.repeat(spaces),
    })
  // Three bytes make four characters, and one or two bytes more make two or three.
  const length = Math.floor(((characters - padded(0, 0).presentation.length) * 3) / 4) - 6
  for (let more = 0; more < 48; more += 1) {
    const forged = padded(length + (more >> 2), more & 3)
    if (forged.presentation.length === characters) return forged
  }
  throw new Error(`cannot forge a presentation of ${characters} characters`)
}

/** Header with claims of so many bytes. */
const claimsOf = (bytes: number) => ({ header: { claims: { text: 'x'.repeat(bytes - '{"text":""}'.length) } } })

/** Lists inside each other, in claims: the header is 1, the claims are 2. */
const nested = (depth: number) => {
  const lists = depth - 2
  return { header: { claims: { deep: JSON.parse('['.repeat(lists) + ']'.repeat(lists)) } } }
}

export const boundaryDrafts: readonly Draft[] = [
  {
    name: 'accepted-8000-characters',
    description: 'The longest presentation there may be.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      ...userOf(sized(scene, 8000)),
    }),
  },
  {
    name: 'bounds-8001-characters',
    description: 'One character too many.',
    play: scene => ({
      receiver: { edges: ['shop'] },
      presentation: sized(scene, 8001).presentation,
      expected: { code: 'ERR_PRESENTATION_TOO_LARGE' },
    }),
  },
  {
    name: 'bounds-17-hops',
    description: 'One hop too many, each of them good.',
    play: scene => ({
      registry: seventeen.map(signer => registered(signer)),
      presentation: scene.chain(seventeen).presentation,
      expected: { code: 'ERR_CHAIN_TOO_DEEP' },
    }),
  },
  {
    name: 'bounds-hops-of-the-receiver',
    description: 'A receiver may allow fewer hops.',
    play: scene => ({
      receiver: { limits: { depthHops: 2 } },
      presentation: scene.chain([shop, cart, pricing]).presentation,
      expected: { code: 'ERR_CHAIN_TOO_DEEP' },
    }),
  },
  {
    name: 'bounds-characters-of-the-receiver',
    description: 'A receiver may allow fewer characters.',
    play: scene => ({
      receiver: { limits: { presentationCharacters: 400 } },
      presentation: scene.hop().presentation,
      expected: { code: 'ERR_PRESENTATION_TOO_LARGE' },
    }),
  },
  {
    name: 'bounds-no-presentation',
    description: 'Nothing was presented.',
    play: () => ({ presentation: null, expected: { code: 'ERR_PRESENTATION_MISSING' } }),
  },
  {
    name: 'bounds-empty-presentation',
    description: 'A presentation without a character is none.',
    play: () => ({ presentation: '', expected: { code: 'ERR_PRESENTATION_MISSING' } }),
  },
  {
    name: 'accepted-claims-of-2048-bytes',
    description: 'The longest own claims there may be.',
    play: scene => ({ presentation: scene.hop(claimsOf(2048)).presentation }),
  },
  {
    name: 'shape-claims-of-2049-bytes',
    description: 'One byte of own claims too many.',
    play: scene => ({
      presentation: scene.hop(claimsOf(2049)).presentation,
      expected: { code: 'ERR_HEADER_INVALID', hop: 0 },
    }),
  },
  {
    name: 'accepted-claims-of-2048-bytes-spaced-out',
    description: 'White space does not count as claims.',
    play: scene => ({
      presentation: scene.hop({ ...claimsOf(2048), write: header => JSON.stringify(header, null, 8) }).presentation,
    }),
  },
  {
    name: 'accepted-json-8-deep',
    description: 'Objects and lists 8 deep, the header itself being 1.',
    play: scene => ({ presentation: scene.hop(nested(8)).presentation }),
  },
  {
    name: 'json-9-deep',
    description: 'One list too many inside each other.',
    play: scene => ({
      presentation: scene.hop(nested(9)).presentation,
      expected: { code: 'ERR_JSON_NOT_STRICT', hop: 0 },
    }),
  },
  {
    name: 'accepted-longest-names',
    description: 'Names of 128 characters.',
    play: scene => {
      const long = forgeSigner(`a${'.'.repeat(127)}`)
      const operation = `A${':'.repeat(127)}`
      return {
        registry: [registered(long)],
        receiver: { operation },
        presentation: scene.hop({ by: long, operation }).presentation,
      }
    },
  },
  {
    name: 'shape-iss-of-129-characters',
    description: 'One character of a service name too many.',
    play: scene => {
      const long = forgeSigner(`a${'.'.repeat(128)}`)
      return { presentation: scene.hop({ by: long }).presentation, expected: { code: 'ERR_HEADER_INVALID', hop: 0 } }
    },
  },
  {
    name: 'shape-exp-above-2-to-the-53',
    description: 'A time that not every language can tell from its neighbour.',
    play: scene => ({
      presentation: scene.hop({ write: header => JSON.stringify(header).replace(`${EPOCH + 300}`, '9007199254740992') })
        .presentation,
      expected: { code: 'ERR_HEADER_INVALID', hop: 0 },
    }),
  },
]

/** The presentation, and the user that it brings. */
function userOf({ presentation }: ForgedHop) {
  const text = presentation.split('~').at(-1) ?? ''
  const claims = JSON.parse(Buffer.from(text, 'base64url').toString())
  return { presentation, expected: { initialToken: { kind: 'user', claims } } }
}
