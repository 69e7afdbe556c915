import { ANYWHERE, never, type Weakness } from './weakness.js'

/** A check that may be taken away without harm to a property, since something else stands behind it. */
export type SecondWall = Omit<Weakness, 'breaks'> & { readonly keeps: string; readonly because: string }

export const SECOND_WALLS: readonly SecondWall[] = [
  {
    invariant: 6,
    title: 'does not read whose key a registration says it is',
    replacements: [never('registry/registration.ts', 'named.service !== place.service')],
    keeps: 'minted',
    because: 'it looks below the path of the signer alone, where nobody else may write',
  },
  {
    invariant: 6,
    title: 'finds a key wherever it is registered',
    replacements: [ANYWHERE],
    keeps: 'minted',
    because: 'the registration says whose key it is',
  },
  {
    invariant: 15,
    title: 'does not compare the audience of an initial token itself',
    replacements: [never('initial-token/jwt-claims.ts', '!isFor(claims.aud, audiences)')],
    keeps: 'user',
    because: 'jose compares it too',
  },
]
