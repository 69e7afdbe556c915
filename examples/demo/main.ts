/**
 * The demo. Alice logs in at shop and orders; the call runs through four services. Then the same calls are attacked, each attack
 * beside a twin that differs in one property and is accepted. Exit status 0 only if every call did what it should.
 */
import { parseArgs } from 'node:util'
import { Alice } from './alice.js'
import { expectedAttacks } from './attacks.js'
import { assemble, type Cast, REGISTERED, reachRegistry } from './cast.js'
import { type Engine, NotInstalled } from './engines/engine.js'
import { ENGINES, makeFolder } from './engines/engines.js'
import { Evidence } from './evidence.js'
import {
  drawHeadline,
  drawInterlude,
  drawOutage,
  drawSight,
  drawSummary,
  drawVerdict,
  drawWall,
  passing,
} from './picture.js'
import type { EngineName } from './registry.js'
import { attempt, findStrays, type Verdict } from './trial.js'

const MOST_SECONDS = 60

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
process.on('SIGHUP', () => process.exit(129))
setTimeout(() => fail(`it took more than ${MOST_SECONDS} s`), MOST_SECONDS * 1000).unref()

let cast: Cast | undefined

async function main(): Promise<void> {
  const engine = await startEngine()
  write(drawHeadline(engine.title))
  cast = await passing(
    () => 'six processes are starting',
    assemble(engine, name => fail(`${name} ended`)),
  )
  const evidence = new Evidence(cast)
  const alice = new Alice(cast.urls.shop)

  await alice.logIn()
  await alice.order()
  for (const sight of await evidence.sights(3)) write(drawSight(sight))

  await surviveOutage(engine, cast, alice)
  await trespass(engine, cast)

  write(drawInterlude())
  const verdicts = await attackAll(cast, evidence, alice)

  const faults = [...verdicts.flatMap(verdict => verdict.faults), ...findStrays(verdicts, evidence)]
  if (cast.said() !== '') faults.push('a process wrote something to its output')
  if (faults.length > 0) fail(`this is not as it should be:\n  ${faults.join('\n  ')}`)
  write(drawSummary(verdicts, performance.now() / 1000))
  process.exit(0)
}

/** The engine that `--registry` names. */
async function startEngine(): Promise<Engine> {
  const { values } = parseArgs({ options: { registry: { type: 'string', default: 'file' } } })
  const { registry } = values
  const names = Object.keys(ENGINES)
  if (!names.includes(registry)) misuse(`--registry is one of ${names.join(', ')}`)
  try {
    return await ENGINES[registry as EngineName](makeFolder(), REGISTERED)
  } catch (error) {
    if (error instanceof NotInstalled) misuse(error.message)
    throw error
  }
}

/** Services that know each other's keys need no registry for a while. */
async function surviveOutage({ server }: Engine, cast: Cast, alice: Alice): Promise<void> {
  if (server === undefined) return
  await server.kill()
  await alice.order()
  await server.start()
  await reachRegistry(cast)
  write(drawOutage())
}

/** An engine with accounts lets nobody write below another's name. In a directory that is for the operating system to do. */
async function trespass({ server }: Engine, { attacker }: Cast): Promise<void> {
  if (server === undefined) return
  const answer = attacker.next('trespassed')
  attacker.send({ kind: 'trespass', victim: 'cart' })
  const { refusal } = await answer
  if (refusal === undefined) fail("mallory wrote below cart's name")
  write(drawWall(refusal))
}

/** All attacks, one after the other; those that have to wait for something wait while the others run. */
async function attackAll(cast: Cast, evidence: Evidence, alice: Alice): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  const waiting: { readonly verdict: Promise<Verdict>; readonly until: number }[] = []
  const add = (verdict: Verdict) => write(drawVerdict(verdicts.push(verdict), verdict))

  for (const expected of expectedAttacks) {
    const { verdict, waits } = attempt(expected, cast, evidence, alice)
    const first = await Promise.race([verdict, waits])
    if ('until' in first) waiting.push({ verdict, until: first.until })
    else add(first)
  }
  for (const [index, { verdict, until }] of waiting.entries()) {
    const left = () => Math.max(0, (until - Date.now()) / 1000).toFixed(1)
    add(await passing(() => `${waiting.length - index} more, in ${left()} s`, verdict))
  }
  return verdicts
}

function write(text: string): void {
  process.stdout.write(text)
}

function misuse(why: string): never {
  process.stderr.write(`The demo did not begin: ${why}\n`)
  process.exit(2)
}

function fail(why: string): never {
  process.stderr.write(`\nThe demo failed: ${why}\n${cast?.said() ?? ''}`)
  process.exit(1)
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))
