// `npm run load -- --seconds 60`: four services under load, every answer compared. Exit code 1 if one was not as expected.
import { parseArgs } from 'node:util'
import { type LoadReport, runLoad } from './load.js'

const SHOWN = 20

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
const report = await runLoad(Number(values.seconds))
process.stdout.write(describe(report))
process.exitCode = report.bleeds.length + report.failures.length === 0 ? 0 : 1

function describe({
  asked,
  answered,
  young,
  down,
  restarts,
  rate,
  keys,
  growth,
  measured,
  ...told
}: LoadReport): string {
  const kilobytes = Object.entries(growth).map(([name, bytes]) => `${name} ${Math.round(bytes / 1024)}`)
  return [
    `requests                      ${asked}`,
    `answered as expected          ${answered} (${rate} a second)`,
    `refused by a young store      ${young}`,
    `not answered in a restart     ${down} (${restarts} restarts)`,
    `context of another request    ${told.bleeds.length}`,
    `anything else                 ${told.failures.length}`,
    `keys                          ${Object.entries(keys).flat().join(' ')}`,
    `heap after minus before, KB   ${kilobytes.join(' ')} (${measured} requests)`,
    ...[...told.bleeds, ...told.failures, ...told.warnings].slice(0, SHOWN),
    '',
  ].join('\n')
}
