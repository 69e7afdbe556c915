import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const script = fileURLToPath(new URL('./fuzz.ts', import.meta.url))
const LEAST_INPUTS = 250
/** Codes and statuses, over all parsers: whoever refuses everything at the door knows few. */
const LEAST_OUTCOMES = 25
/** What it takes is far less: whoever needs more memory for hostile bytes than this dies of it. */
const HEAP_MEGABYTES = 256

interface Row {
  readonly target: string
  readonly inputs: number
  readonly blocks: number
  readonly accepted: number
  readonly outcomes: readonly string[]
  readonly failure?: string
}

interface Outcome {
  readonly error: Error | null
  readonly rows: readonly Row[]
  readonly stderr: string
}

/** Fuzzes all targets, in a process of its own: it dies alone, and its coverage is nobody else's. */
function runFuzzer(...options: readonly string[]): Promise<Outcome> {
  const { NODE_V8_COVERAGE: _, ...env } = process.env
  const args = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--import', 'tsx', script, '--json', ...options]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      try {
        resolve({ error, rows: JSON.parse(stdout), stderr })
      } catch {
        reject(new Error(`${error}\n${stdout}\n${stderr}`))
      }
    })
  })
}

describe('hostile bytes', function () {
  this.timeout(300_000)

  it('end in acceptance or a documented code, in time, within memory, and show no secret', async () => {
    const { error, rows, stderr } = await runFuzzer(
      '--seed',
      '1',
      '--inputs',
      String(LEAST_INPUTS),
      '--seconds',
      'Infinity',
    )
    expect(
      rows.flatMap(({ target, failure }) => (failure === undefined ? [] : [`${target}: ${failure}`])),
    ).to.deep.equal([])
    expect(error).to.equal(null)
    expect(stderr).to.equal('')
    expect(rows.length).to.be.at.least(10)
    expect(new Set(rows.flatMap(({ outcomes }) => outcomes)).size).to.be.at.least(LEAST_OUTCOMES)
    for (const { target, inputs, blocks, accepted } of rows) {
      expect(inputs, target).to.be.at.least(LEAST_INPUTS)
      expect(accepted, target).to.be.above(0)
      expect(blocks, target).to.be.above(100)
    }
  })
})
