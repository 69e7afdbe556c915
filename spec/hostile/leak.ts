/** So many characters of a secret in a row are a piece of it. */
const PIECE_CHARACTERS = 12
/** Of a very long text the ends are looked for. */
const MAX_SECRET_CHARACTERS = 16_000

/** A piece of a secret that occurs in a text, if one does. All secrets of this library are base64url. */
export function findLeak(text: string, secrets: readonly string[]): string | undefined {
  const clipped = secrets.map(clip)
  const seen = new Set<string>()
  for (const [run] of text.matchAll(/[A-Za-z0-9_-]{12,}/g)) {
    if (seen.has(run)) continue
    seen.add(run)
    for (let at = 0; at + PIECE_CHARACTERS <= run.length; at += 1) {
      const piece = run.slice(at, at + PIECE_CHARACTERS)
      if (isTelling(piece) && clipped.some(secret => secret.includes(piece))) return piece
    }
  }
  return undefined
}

/** Neither a word nor a run of one or two characters is anybody's secret. */
function isTelling(piece: string): boolean {
  return !/^[a-z]+$/.test(piece) && new Set(piece).size > 2
}

function clip(secret: string): string {
  if (secret.length <= MAX_SECRET_CHARACTERS) return secret
  return `${secret.slice(0, MAX_SECRET_CHARACTERS / 2)} ${secret.slice(-MAX_SECRET_CHARACTERS / 2)}`
}
