import { CustodyBroken } from '../errors.js'
import type { UnverifiedHop } from './presentation.js'

/** What was wrapped had been addressed to the service that wrapped it (invariant 9). */
export function checkCustody(outer: UnverifiedHop, inner: UnverifiedHop): void {
  if (inner.header.aud !== outer.header.iss) {
    const found = `\`${outer.header.iss}\` wrapped a hop that was addressed to \`${inner.header.aud}\``
    throw new CustodyBroken(found, { hop: outer.position })
  }
}
