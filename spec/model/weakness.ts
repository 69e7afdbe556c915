/** One place in lib/ where a check stands, and what is put there in its stead. */
export interface Replacement {
  readonly file: string
  /** Occurs exactly once. */
  readonly find: string
  readonly put: string
}

/** A receiver without one of its checks. */
export interface Weakness {
  readonly invariant: number
  /** What is missing, as a predicate: `does not ...`. */
  readonly title: string
  readonly replacements: readonly Replacement[]
  /** The property of the theorem that must be seen to fail. */
  readonly breaks: string
}

/** Takes one line of `unwrap` away. */
function without(find: string): readonly Replacement[] {
  return [{ file: 'chain/unwrap.ts', find, put: '' }]
}

/** A condition that never holds. */
export const never = (file: string, condition: string): Replacement => ({
  file,
  find: `if (${condition})`,
  put: 'if (false)',
})

/** Looks below every path, not below the signer's alone. */
export const ANYWHERE: Replacement = {
  file: 'registry/key-finder.ts',
  find: 'this.#registry.find(service, kid)',
  put: '(await this.#registry.find(service, kid)) ?? (await this.#registry.list()).find(entry => entry.kid === kid)',
}

/** Where a changed copy of lib/ finds the code of its threads: they run JavaScript alone, which the build has made. */
const THREAD_URL = "new URL('./verification-thread.js', import.meta.url)"
const BUILT_THREAD = new URL('../../dist/jws/verification-thread.js', import.meta.url).href

/** Each invariant from 4 to 16, without the check that keeps it. */
export const WEAKNESSES: readonly Weakness[] = [
  {
    invariant: 4,
    title: 'does not compare the algorithm with the registration',
    replacements: without('checkAlgorithm(hop, registration) // 4'),
    breaks: 'attributed',
  },
  {
    invariant: 5,
    title: 'takes keys of small order, under which everybody signs',
    replacements: [never('jws/public-key.ts', 'isSmallOrder(point)')],
    breaks: 'attributed',
  },
  {
    invariant: 5,
    title: 'does not compare the thumbprint of a key with its kid',
    replacements: [never('registry/registration.ts', 'key.kid !== kid')],
    breaks: 'attributed',
  },
  {
    invariant: 6,
    title: 'finds a key wherever it is registered, and does not read whose it is',
    replacements: [ANYWHERE, never('registry/registration.ts', 'named.service !== place.service')],
    breaks: 'minted',
  },
  {
    invariant: 6,
    title: 'does not verify that a registration is signed by the key that it registers',
    replacements: [
      { file: 'registry/registration.ts', find: 'await verifySignature(text as string, alg, key.key)', put: '' },
    ],
    breaks: 'attributed',
  },
  {
    invariant: 6,
    title: 'does not read whose key a registration says it is',
    replacements: [never('registry/registration.ts', 'named.service !== place.service')],
    breaks: 'attributed',
  },
  {
    invariant: 7,
    title: 'does not verify signatures',
    replacements: without('signatures.check(hop, registration) // 7'),
    breaks: 'minted',
  },
  {
    invariant: 7,
    title: 'verifies the newest signature only',
    replacements: [
      {
        file: 'chain/unwrap.ts',
        find: 'signatures.check(hop, registration) // 7',
        put: 'if (hop === newest) signatures.check(hop, registration)',
      },
    ],
    breaks: 'minted',
  },
  {
    invariant: 7,
    title: 'does not wait for signatures that others verify',
    replacements: [
      ...without('if (signatures.areUnderWay) await signatures.settle() // 7'),
      // Short chains, too, are given to others, whose code is where it was built.
      { file: 'limits/chains.ts', find: 'HOPS_WORTH_A_THREAD = 8', put: 'HOPS_WORTH_A_THREAD = 3' },
      { file: 'jws/verification-threads.ts', find: THREAD_URL, put: `new URL('${BUILT_THREAD}')` },
    ],
    breaks: 'minted',
  },
  {
    invariant: 7,
    title: 'remembers a chain by its length alone',
    replacements: [
      { file: 'chain/verified-chains.ts', find: "hash('sha256', text, 'binary')", put: 'String(text.length)' },
    ],
    breaks: 'minted',
  },
  {
    invariant: 7,
    title: 'takes every wrapped hop for one that was verified before',
    replacements: [
      {
        file: 'chain/unwrap.ts',
        find: 'place !== undefined && place.vouchesFor(header.iss, header.kid)',
        put: 'place !== undefined',
      },
    ],
    breaks: 'minted',
  },
  {
    invariant: 7,
    title: 'takes the newest hop around a chain that came before for one that was verified',
    replacements: [
      {
        file: 'chain/unwrap.ts',
        find: 'position > 0 && place !== undefined && place.vouchesFor(header.iss, header.kid)',
        put: 'place !== undefined && place.vouchesFor(header.iss, header.kid)',
      },
    ],
    breaks: 'minted',
  },
  {
    invariant: 8,
    title: 'does not compare the audience with its name',
    replacements: without('checkAudience(newest, receiver.name) // 8'),
    breaks: 'mine',
  },
  {
    invariant: 9,
    title: 'does not ask to whom a wrapped hop was addressed',
    replacements: without('for (const { outer, inner } of wrappings) checkCustody(outer, inner) // 9'),
    breaks: 'custody',
  },
  {
    invariant: 10,
    title: 'does not look at the times of the newest hop',
    replacements: without('checkHopTime(newest, now, limits) // 10'),
    breaks: 'timely',
  },
  {
    invariant: 10,
    title: 'does not look at the times of wrapped hops',
    replacements: without('checkHopTime(inner, now, limits) // 10'),
    breaks: 'timely',
  },
  {
    invariant: 10,
    title: 'does not ask whether a presentation is fresh',
    replacements: without(
      'checkFresh(newest, now, limits.presentationSeconds(expected.operation), limits.skewSeconds) // 10',
    ),
    breaks: 'fresh',
  },
  {
    invariant: 10,
    title: 'does not ask whether a hop outlives what it wraps',
    replacements: without('checkNesting(outer, inner, limits.skewSeconds) // 10'),
    breaks: 'timely',
  },
  {
    invariant: 10,
    title: 'does not ask whether the origin outlives its initial token',
    replacements: without('checkInitialNesting(origin, expiresAt)'),
    breaks: 'timely',
  },
  {
    invariant: 10,
    title: 'does not ask for how long a key is registered',
    replacements: without('checkRegistrationWindow(hop, registration, limits.skewSeconds) // 10'),
    breaks: 'timely',
  },
  {
    invariant: 11,
    title: 'does not ask whether the secret opens the newest hop',
    replacements: without('checkSeal(secret, newest) // 11'),
    breaks: 'sealed',
  },
  {
    invariant: 12,
    title: 'does not remember what it accepted',
    replacements: without("checkOnce(typeof verdict === 'string' ? verdict : await verdict) // 12"),
    breaks: 'once',
  },
  {
    invariant: 12,
    title: 'accepts after its clock was set back what it has forgotten',
    replacements: [{ file: 'replay/memory-replay-store.ts', find: ' && until > this.#forgottenUntil', put: '' }],
    breaks: 'once',
  },
  {
    invariant: 12,
    title: 'accepts after a restart what was issued before it',
    replacements: [{ file: 'replay/memory-replay-store.ts', find: 'issuedAt >= this.#startedAt && ', put: '' }],
    breaks: 'once',
  },
  {
    invariant: 13,
    title: 'does not compare the operation with that of its route',
    replacements: without('checkOperation(newest, expected.operation) // 13'),
    breaks: 'asked',
  },
  {
    invariant: 14,
    title: 'does not compare the request with what is bound',
    replacements: without(
      "checkRequest(newest, typeof request === 'function' ? validateRequest(await request()) : request, binding) // 14",
    ),
    breaks: 'bound',
  },
  {
    invariant: 15,
    title: 'lets everybody bring a user',
    replacements: [never('chain/unwrap.ts', '!receiver.edges.has(origin.header.iss)')],
    breaks: 'user',
  },
  {
    invariant: 15,
    title: 'takes user claims that it was not set up for',
    replacements: [never('initial-token/initial-tokens.ts', '!this.#acceptsUser')],
    breaks: 'user',
  },
  {
    invariant: 15,
    title: 'does not verify the signature of an initial token',
    replacements: [
      { file: 'initial-token/jwt-issuer.ts', find: 'await verifySignature(token, key, header, rules, now)', put: '' },
    ],
    breaks: 'user',
  },
  {
    invariant: 16,
    title: 'does not enforce its policy',
    replacements: [never('chain/unwrap.ts', 'receiver.policy === undefined || receiver.enforces(operation)')],
    breaks: 'permitted',
  },
]
