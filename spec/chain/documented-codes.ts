import { readFileSync } from 'node:fs'

/** Every code that docs/errors.md lists. */
export const documentedCodes: ReadonlySet<string> = new Set(
  readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').match(/\bERR_[A-Z0-9_]+\b/g),
)
