import type { Inspection, RegistrationState } from 'countersign/registry/inspection'
import { drawTable } from './table.js'
import { printable, type Terminal } from './terminal.js'
import { describeTime } from './time.js'

const TITLES = ['SERVICE', 'KID', 'ALG', 'STATE', 'VALID UNTIL', 'CERTIFIED BY', 'WHY'] as const
const STATE_COLUMN = TITLES.indexOf('STATE')

type Style = Parameters<Terminal['paint']>[0]

const STYLES: Readonly<Record<RegistrationState, Style>> = {
  valid: 'green',
  'not yet valid': 'yellow',
  expired: 'dim',
  revoked: 'red',
  refused: 'red',
}

/** Keys, a line each. */
export function drawInspections(inspections: readonly Inspection[], { paint }: Terminal): string {
  if (inspections.length === 0) return ''
  return drawTable(TITLES, inspections.map(rowOf), (cell, column) =>
    column === STATE_COLUMN ? paint(STYLES[cell as RegistrationState], cell) : cell,
  )
}

/** How many there are, and in which states. */
export function countInspections(inspections: readonly Inspection[]): string {
  const states = Object.keys(STYLES) as RegistrationState[]
  const counts = states.flatMap(state => {
    const count = inspections.filter(inspection => inspection.state === state).length
    return count === 0 ? [] : [`${count} ${state}`]
  })
  const total = inspections.length === 1 ? '1 key' : `${inspections.length} keys`
  return inspections.length === 0 ? 'no keys' : `${total}: ${counts.join(', ')}`
}

/** One key, a line for each thing that is known of it. */
export function drawInspection(inspection: Inspection, { paint }: Terminal): string {
  const { service, kid, state, algorithm, notBefore, expiresAt, inspectedAt, certification } = inspection
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    ['state', paint(STYLES[state], state)],
    ['why', whyOf(inspection)],
    ['algorithm', algorithm],
    ['thumbprint', algorithm && `${kid} (RFC 7638, SHA-256: it is the kid)`],
    ['valid from', notBefore === undefined ? undefined : describeTime(notBefore, inspectedAt)],
    ['valid until', expiresAt === undefined ? undefined : describeTime(expiresAt, inspectedAt)],
    ['certified by', certification === undefined ? algorithm && 'nobody' : certifierOf(inspection)],
  ]
  const known = facts.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, text] as const]))
  const lines = known.map(([name, text]) => `  ${name.padEnd(12)}  ${text}\n`)
  return `${paint('bold', printable(`${service} ${kid}`))}\n${lines.join('')}`
}

function rowOf(inspection: Inspection): readonly string[] {
  const { service, kid, algorithm = '', state, expiresAt, inspectedAt } = inspection
  const until = expiresAt === undefined ? '' : describeTime(expiresAt, inspectedAt)
  return [service, kid, algorithm, state, until, certifierOf(inspection), whyOf(inspection)]
}

function certifierOf({ certification }: Inspection): string {
  if (certification === undefined) return ''
  const { registrar, root, isVerified } = certification
  const below = root === undefined ? '' : ` below ${root}`
  return `${registrar}${below}${isVerified ? '' : ' (not verified: no --registrars)'}`
}

function whyOf({ problem }: Inspection): string {
  return problem === undefined ? '' : `${problem.code}: ${printable(problem.message)}`
}
