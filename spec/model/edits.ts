import { base64url, looseTwin } from '../forge/base64url.js'
import { malleateEcdsa } from '../forge/ecdsa.js'
import { malleateEdDsa } from '../forge/eddsa.js'
import type { Wrapped } from '../forge/initial-token.js'
import type { ForgedKey } from '../forge/key.js'
import { toWrapped } from './initial.js'
import type { Reference } from './moves.js'
import type { Edit, KeyPlan } from './present.js'
import type { World } from './world.js'

/** A hop in its two segments. */
export interface Piece {
  readonly header: string
  readonly signature: string
}

/** A chain in pieces, newest hop first. */
export interface Pieces {
  readonly hops: readonly Piece[]
  readonly initial: string
}

type KeyFinder = (plan: KeyPlan) => ForgedKey | undefined

/** Takes a chain apart. */
export function piecesOf(chain: string): Pieces {
  const parts = chain === '' ? [] : chain.split('~')
  const hops = parts.filter(part => part.includes('..')).map(toPiece)
  return { hops, initial: parts.slice(hops.length).join('~') }
}

/** Puts pieces together, as something to wrap. */
export function aroundPieces({ hops, initial }: Pieces): Wrapped | undefined {
  const [newest] = hops
  if (newest === undefined) return toWrapped(initial)
  const text = [
    ...hops.map(({ header, signature }) => `${header}..${signature}`),
    ...(initial === '' ? [] : [initial]),
  ].join('~')
  const { exp } = readHeader(newest.header)
  return { cty: 'hop+jws', text, expiresAt: typeof exp === 'number' ? exp : undefined }
}

/** Does one thing after the other. Undefined where something is missing that an edit needs. */
export function editPieces(pieces: Pieces, edits: readonly Edit[], world: World, find: KeyFinder): Pieces | undefined {
  let edited: Pieces | undefined = pieces
  for (const edit of edits) edited = edited && editOnce(edited, edit, world, find)
  return edited
}

function editOnce(pieces: Pieces, edit: Edit, world: World, find: KeyFinder): Pieces | undefined {
  const { hops, initial } = pieces
  switch (edit.edit) {
    case 'initial':
      return { hops, initial: world.issuer.make(edit.initial, world.now)?.text ?? '' }
    case 'steal': {
      const from = known(edit.from, world)
      return from && { hops, initial: from.initial }
    }
  }
  if (hops.length === 0) return undefined
  const at = edit.at % hops.length
  const here = hops[at] as Piece
  const put = (...put: readonly Piece[]): Pieces => ({ hops: hops.toSpliced(at, 1, ...put), initial })
  switch (edit.edit) {
    case 'drop':
      return put()
    case 'repeat':
      return put(here, here)
    case 'malleate':
      return put({ ...here, signature: malleate(here) })
    case 'loose':
      return put({ ...here, signature: looseTwin(here.signature) })
    case 'swap': {
      const other = edit.with % hops.length
      return { hops: hops.with(at, hops[other] as Piece).with(other, here), initial }
    }
    case 'graft':
    case 'insert':
    case 'signature':
      return transplant(pieces, at, edit, known(edit.from, world))
    case 'member':
      return put({ ...here, header: withMember(here.header, edit.member, edit.value) })
    case 'resign': {
      const key = find(edit.key)
      const header = edit.member === undefined ? here.header : withMember(here.header, edit.member, edit.value)
      const payload = aroundPieces({ hops: hops.slice(at + 1), initial })?.text ?? ''
      return key && put({ header, signature: base64url(key.sign(`${header}.${base64url(payload)}`)) })
    }
    case 'shift':
      return put(shift(here, edit))
  }
}

function transplant(
  pieces: Pieces,
  at: number,
  edit: { edit: string; fromAt: number },
  from: Pieces | undefined,
): Pieces | undefined {
  if (from === undefined || from.hops.length === 0) return undefined
  const { hops, initial } = pieces
  const fromAt = edit.fromAt % from.hops.length
  const piece = from.hops[fromAt] as Piece
  if (edit.edit === 'graft') return { hops: [...hops.slice(0, at), ...from.hops.slice(fromAt)], initial: from.initial }
  if (edit.edit === 'insert') return { hops: hops.toSpliced(at, 0, piece), initial }
  return { hops: hops.with(at, { ...(hops[at] as Piece), signature: piece.signature }), initial }
}

function known(from: Reference, world: World): Pieces | undefined {
  const chain = world.knowledge.chainOf(from)
  return chain === undefined ? undefined : piecesOf(chain)
}

function malleate({ header, signature }: Piece): string {
  const bytes = Buffer.from(signature, 'base64url')
  return base64url(readHeader(header).alg === 'ES256' ? malleateEcdsa(bytes) : malleateEdDsa(bytes))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Turns one character of base64url into another. The last one is spared: what it may be hangs on what it is. */
function shift(
  piece: Piece,
  { part, offset, by }: { part: 'jti' | 'kid' | 'signature'; offset: number; by: number },
): Piece {
  const turn = (text: string) => {
    const at = offset % (text.length - 1)
    const turned = ALPHABET[(ALPHABET.indexOf(text.charAt(at)) + by) % ALPHABET.length] ?? ''
    return text.slice(0, at) + turned + text.slice(at + 1)
  }
  if (part === 'signature') return { ...piece, signature: turn(piece.signature) }
  return { ...piece, header: withMember(piece.header, part, turn(String(readHeader(piece.header)[part]))) }
}

function withMember(header: string, member: string, value: unknown): string {
  return base64url(JSON.stringify({ ...readHeader(header), [member]: value ?? undefined }))
}

function readHeader(header: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(header, 'base64url').toString())
  } catch {
    return { alg: 'ES256', kid: '', jti: '' }
  }
}

function toPiece(hop: string): Piece {
  const [header = '', signature = ''] = hop.split('..')
  return { header, signature }
}
