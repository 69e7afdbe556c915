/** What each attack has to come to: who refuses it, with which status outside and which code inside. */

export interface ExpectedAttack {
  /** As the attacker calls it. */
  readonly name: string
  /** What is tried. */
  readonly attempt: string
  /** What the twin, which is accepted, does instead. */
  readonly twin: string
  readonly refusedBy: string
  readonly acceptedBy: string
  readonly status: number
  readonly code: string
  /** What alice does meanwhile: orders, or orders in a hurry and once more at leisure. */
  readonly alice: 'orders' | 'hurries' | 'rests'
}

export const expectedAttacks: readonly ExpectedAttack[] = [
  // These have to wait for something, so they begin first.
  {
    name: 'key unregistered',
    attempt: 'a hop by a key that is not registered',
    twin: 'the same bytes, once it is',
    refusedBy: 'inventory',
    acceptedBy: 'inventory',
    status: 401,
    code: 'ERR_KEY_UNKNOWN',
    alice: 'rests',
  },
  {
    name: 'registered as cart',
    attempt: "a hop by a key whose registration names cart, stored below mallory's own path",
    twin: 'the same bytes, once it names mallory',
    refusedBy: 'inventory',
    acceptedBy: 'inventory',
    status: 401,
    code: 'ERR_REGISTRATION_MISMATCH',
    alice: 'rests',
  },
  {
    name: 'hop expired',
    attempt: 'a hop that lives for a second, kept on the wire for six',
    twin: 'one that lives for five minutes, kept as long',
    refusedBy: 'cart',
    acceptedBy: 'cart',
    status: 401,
    code: 'ERR_HOP_EXPIRED',
    alice: 'hurries',
  },
  // These do not.
  {
    name: 'presented twice',
    attempt: 'the same presentation a second time',
    twin: 'the same bytes, the first time',
    refusedBy: 'cart',
    acceptedBy: 'cart',
    status: 401,
    code: 'ERR_PRESENTATION_REPLAYED',
    alice: 'orders',
  },
  {
    name: 'shown to another',
    attempt: 'what suppliers receive, shown to inventory',
    twin: 'the same bytes, to suppliers',
    refusedBy: 'inventory',
    acceptedBy: 'suppliers',
    status: 401,
    code: 'ERR_AUDIENCE_MISMATCH',
    alice: 'orders',
  },
  {
    name: 'passed on',
    attempt: 'the chain inside that, which was addressed to inventory, with a made-up secret',
    twin: 'the same chain, with the secret that cart made',
    refusedBy: 'inventory',
    acceptedBy: 'inventory',
    status: 401,
    code: 'ERR_SEAL_BROKEN',
    alice: 'orders',
  },
  {
    name: 'hop dropped',
    attempt: "cart's hop dropped from the middle of the chain",
    twin: 'the chain with all its hops',
    refusedBy: 'suppliers',
    acceptedBy: 'suppliers',
    status: 401,
    code: 'ERR_SIGNATURE_INVALID',
    alice: 'orders',
  },
  {
    name: 'hop added',
    attempt: "mallory's hop added to a chain that was addressed to inventory",
    twin: "inventory's hop added to it",
    refusedBy: 'suppliers',
    acceptedBy: 'suppliers',
    status: 401,
    code: 'ERR_CUSTODY_BROKEN',
    alice: 'orders',
  },
  {
    name: 'hop grafted',
    attempt: "inventory's hop grafted onto the chain of an earlier order",
    twin: 'the hop on its own chain',
    refusedBy: 'suppliers',
    acceptedBy: 'suppliers',
    status: 401,
    code: 'ERR_SIGNATURE_INVALID',
    alice: 'orders',
  },
  {
    name: 'body changed',
    attempt: 'nine packets of tea in the body instead of one',
    twin: 'one, as it was signed',
    refusedBy: 'inventory',
    acceptedBy: 'inventory',
    status: 401,
    code: 'ERR_REQUEST_MISMATCH',
    alice: 'orders',
  },
  {
    name: 'path changed',
    attempt: '?discount=100 added to the path',
    twin: 'the path as it was signed',
    refusedBy: 'cart',
    acceptedBy: 'cart',
    status: 401,
    code: 'ERR_REQUEST_MISMATCH',
    alice: 'orders',
  },
  {
    name: 'operation changed',
    attempt: 'a hop for status, which anybody may ask, presented where stock is committed',
    twin: 'presented where status is told',
    refusedBy: 'inventory',
    acceptedBy: 'inventory',
    status: 403,
    code: 'ERR_OPERATION_MISMATCH',
    alice: 'rests',
  },
  {
    name: 'token alone',
    attempt: "the user's token alone, as a bearer token",
    twin: 'the same token in the chain that shop began',
    refusedBy: 'cart',
    acceptedBy: 'cart',
    status: 401,
    code: 'ERR_PRESENTATION_MISSING',
    alice: 'orders',
  },
  {
    name: 'token stolen',
    attempt: "the user's token, stolen, in a chain that mallory begins",
    twin: 'the same token in the chain that shop began',
    refusedBy: 'cart',
    acceptedBy: 'cart',
    status: 401,
    code: 'ERR_EDGE_NOT_ALLOWED',
    alice: 'orders',
  },
]
