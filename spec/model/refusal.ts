import { readFileSync } from 'node:fs'

/** A code as docs/errors.md describes it. */
export interface DocumentedCode {
  readonly status: number
  /** None where the code belongs to no invariant. */
  readonly invariant: number | undefined
}

const ROW = /^\| `(ERR_[A-Z0-9_]+)` \| (\d{3}) \| (\d+|-) \|/gm
const STATUSES = new Set([401, 403, 431, 503])
// From here on what a chain says is judged; before, how it is written.
const FIRST_OF_MEANING = 5
const CANNOT_ANSWER = 17

/** Every code that docs/errors.md lists. */
export const DOCUMENTED: ReadonlyMap<string, DocumentedCode> = new Map(
  [...readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').matchAll(ROW)].map(
    ([, code = '', status, invariant]) => [
      code,
      { status: Number(status), invariant: invariant === '-' ? undefined : Number(invariant) },
    ],
  ),
)

/** What a refusal says of itself. */
export interface Refusal {
  readonly code: string
  /** Why it is no proper refusal (invariant 18), if it is none. */
  readonly fault: string | undefined
  /** It refuses because of what the chain says, not of how it is written or because somebody cannot answer. */
  readonly isVerdict: boolean
}

/** Takes an error as a refusal: a documented code, with its documented status and invariant, of the families that answer a caller. */
export function findFault(error: unknown): Refusal {
  const { code, status, invariant, message } = toFields(error)
  const documented = DOCUMENTED.get(code)
  const fault = (reason: string) => ({ code, fault: `total: ${reason}: ${message}`, isVerdict: false })
  if (documented === undefined) return fault(`refused with something undocumented, \`${code}\``)
  if (documented.status !== status || documented.invariant !== invariant)
    return fault(`${code} is documented otherwise`)
  if (!STATUSES.has(documented.status)) return fault(`${code} is no answer to a caller`)
  const number = documented.invariant ?? CANNOT_ANSWER
  return { code, fault: undefined, isVerdict: number >= FIRST_OF_MEANING && number < CANNOT_ANSWER }
}

function toFields(error: unknown) {
  if (!(error instanceof Error)) return { code: typeof error, status: 0, invariant: 0, message: String(error) }
  const { code, status, invariant } = error as Error & Partial<Record<'code' | 'status' | 'invariant', unknown>>
  return { code: String(code ?? error.name), status, invariant, message: error.message }
}
