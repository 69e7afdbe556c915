import { PresentationMissing, PresentationRepeated } from '../errors.js'

/** The header field of a presentation. */
export const PRESENTATION_HEADER = 'countersign'

/**
 * The presentation of a request, from its raw header list (names and values in turn, as `rawHeaders` of node:http has
 * them). Exactly one field line (invariant 1): where node joins several with a comma, nobody could tell.
 */
export function readPresentation(rawHeaders: readonly string[]): string {
  const lines: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === PRESENTATION_HEADER) lines.push(rawHeaders[at + 1] ?? '')
  }
  const [presentation] = lines
  if (presentation === undefined) throw new PresentationMissing('the request has no `Countersign` header')
  if (lines.length > 1) throw new PresentationRepeated(`the request has ${lines.length} \`Countersign\` field lines`)
  return presentation
}
