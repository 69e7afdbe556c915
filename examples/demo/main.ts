/**
 * The demo. Alice logs in at shop and orders; the call runs through four services. Then the same calls are attacked, each attack
 * beside a twin that differs in one property and is accepted. Exit status 0 only if every call did what it should.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Alice } from './alice.js'
import { expectedAttacks } from './attacks.js'
import { assemble, type Cast } from './cast.js'
import { Evidence } from './evidence.js'
import { drawHeadline, drawInterlude, drawSight, drawSummary, drawVerdict, passing } from './picture.js'
import { attempt, findStrays, type Verdict } from './trial.js'

const MOST_SECONDS = 60

const registry = mkdtempSync(join(tmpdir(), 'countersign-demo-'))
process.on('exit', () => rmSync(registry, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
process.on('SIGHUP', () => process.exit(129))
setTimeout(() => fail(`it took more than ${MOST_SECONDS} s`), MOST_SECONDS * 1000).unref()

let cast: Cast | undefined

async function main(): Promise<void> {
  write(drawHeadline())
  cast = await passing(
    () => 'six processes are starting',
    assemble(registry, name => fail(`${name} ended`)),
  )
  const evidence = new Evidence(cast)
  const alice = new Alice(cast.settings.urls.shop)

  await alice.logIn()
  await alice.order()
  for (const sight of await evidence.sights(3)) write(drawSight(sight))

  write(drawInterlude())
  const verdicts = await attackAll(cast, evidence, alice)

  const faults = [...verdicts.flatMap(verdict => verdict.faults), ...findStrays(verdicts, evidence)]
  if (cast.said() !== '') faults.push('a process wrote something to its output')
  if (faults.length > 0) fail(`this is not as it should be:\n  ${faults.join('\n  ')}`)
  write(drawSummary(verdicts, performance.now() / 1000))
  process.exit(0)
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

function fail(why: string): never {
  process.stderr.write(`\nThe demo failed: ${why}\n${cast?.said() ?? ''}`)
  process.exit(1)
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))
