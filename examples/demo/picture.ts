/** What the demo looks like in a terminal. */
import { basename } from 'node:path'
import { styleText } from 'node:util'
import type { Sight } from './stage.js'
import type { Verdict } from './trial.js'

// NO_COLOR and a terminal without colours are asked by `hasColors`.
const isColourful = process.stdout.isTTY === true && process.stdout.hasColors()

type Style = Parameters<typeof styleText>[0]

const SERVICE_STYLES = new Map<string, Style>([
  ['shop', 'cyan'],
  ['cart', 'blue'],
  ['inventory', 'magenta'],
  ['suppliers', 'yellow'],
])
const NAME_WIDTH = 10
const CODE_WIDTH = 26
const INDENT = ' '.repeat(4)

export function paint(style: Style, text: string): string {
  return isColourful ? styleText(style, text) : text
}

/** The name of a service, in its colour. */
function nameOf(service: string, width = 0): string {
  return paint(SERVICE_STYLES.get(service) ?? 'red', service.padEnd(width))
}

/** What the demo is about. */
export function drawHeadline(keys: string): string {
  const names = ['shop', 'cart', 'inventory', 'suppliers'].map(service => nameOf(service))
  return `
${paint('bold', 'countersign')}  Every service countersigns the token that it received before it passes it on.

  ${names.join(' ─▶ ')}: four processes, and ${keys}.
  alice logs in at a real authorization server, by code flow with PKCE, and orders at shop.
  shop begins a chain with her token. What each service behind it verified, nearest caller first:
`
}

/** The call stack as a service verified it, nearest caller first, with the operation that each asked for. */
export function drawSight({ service, stack, user, rule }: Sight): string {
  const callers = stack.map(frame => `${paint('dim', `◀─ ${frame.operation} ─`)} ${nameOf(frame.service)}`)
  const origin = user === undefined ? 'no user' : `${user.name} ${paint('dim', `(${user.kind}, ${user.scope})`)}`
  const place = rule === undefined ? 'no rule' : `${basename(rule.file)}:${rule.line}`
  const because = paint('dim', `"${rule?.because}"`)
  return `
  ${nameOf(service, NAME_WIDTH)} ${callers.join(' ')} ${paint('dim', '◀─')} ${origin}
  ${' '.repeat(NAME_WIDTH)} ${paint('green', '✔')} accepted by ${place}  ${because}
`
}

/** What a registry that was killed does to the services. */
export function drawOutage(): string {
  return `
  The registry is killed, and alice orders again.
  ${paint('green', '✔')} accepted by all: known keys are good for up to ten minutes more
  It is started again, with what it had, and the services find it by themselves.
`
}

/** What the registry itself says to mallory, who writes below cart's name. */
export function drawWall(refusal: string): string {
  return `
  ${nameOf('mallory')} has an account of her own in the registry. She writes a key of hers below cart's name:
  ${paint('red', '✘')} ${plain(refusal).trim()}
`
}

/** How to read the attacks. */
export function drawInterlude(): string {
  return `
  Now ${nameOf('mallory')}. She sits on the wire and has nobody's key, only one of her own, which is registered.
  ${paint('red', '✘')} is what she tries, and what the log of the service that refused it says;
  ${paint('green', '✔')} is its twin, which differs in one property only and is accepted.

`
}

/** One attack: what was tried, who refused it and why, and what the twin did instead. */
export function drawVerdict(number: number, { expected, attack, twin, decision, faults }: Verdict): string {
  const code = (decision?.code ?? 'NOT REFUSED').padEnd(CODE_WIDTH)
  const lines = [
    `${String(number).padStart(3)} ${paint('bold', expected.attempt)}`,
    `${INDENT}${paint('red', '✘')} ${nameOf(attack.service, NAME_WIDTH)}${attack.status} ${paint('red', code)}${plain(decision?.message)}`,
    `${INDENT}${paint('green', '✔')} ${nameOf(twin.service, NAME_WIDTH)}${twin.status} ${'its twin'.padEnd(CODE_WIDTH)}${expected.twin}`,
    ...faults.map(fault => `${INDENT}${paint('red', `WRONG: ${fault}`)}`),
  ]
  return `${lines.join('\n')}\n`
}

/** A message as prose: names without their backticks, and of a key's thumbprint what it takes to recognize it. */
function plain(message = ''): string {
  return message.replaceAll(/([A-Za-z0-9_-]{6})[A-Za-z0-9_-]{37}/g, '$1…').replaceAll('`', '')
}

/** How it ended, if all is well. */
export function drawSummary(verdicts: readonly Verdict[], seconds: number): string {
  const alike = verdicts.filter(({ attack }) => attack.status === 401).length
  const count = verdicts.length
  return `
  Outside, all ${alike} answers with 401 were alike: the reasons are from the services' logs.

${paint('bold', `${count} attacks refused, ${count} twins accepted, 4 services, ${seconds.toFixed(1)} s`)}
`
}

/** Says in a terminal what is being waited for, in a line that is gone afterwards. */
export async function passing<T>(text: () => string, promise: Promise<T>): Promise<T> {
  if (!process.stdout.isTTY) return await promise
  const draw = () => process.stdout.write(`\r\u001b[K  ${paint('dim', text())}`)
  draw()
  const timer = setInterval(draw, 100)
  try {
    return await promise
  } finally {
    clearInterval(timer)
    process.stdout.write('\r\u001b[K')
  }
}
