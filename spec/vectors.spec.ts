import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { CountersignError, type VerifiedCall } from '../lib/index.js'
import { refusalOf } from './jws/refusal.js'
import { startReceiver } from './vectors/receiver.js'
import { makeVectors } from './vectors/script.js'
import { unknownFields, type Vector, type VectorAccepted } from './vectors/vector.js'

const folder = new URL('./vectors/', import.meta.url)
const files = readdirSync(folder).filter(file => file.endsWith('.json'))
const texts = new Map(files.map(file => [file, readFileSync(new URL(file, folder), 'utf8')]))
const vectors = new Map([...texts].map(([file, text]): [string, Vector] => [file, JSON.parse(text)]))

/** What an implementation says to a vector. */
async function play(vector: Vector): Promise<Vector['expected']> {
  const { receiver, request, binding, before = [], presentation } = vector
  const service = await startReceiver(vector)
  const expected = { operation: receiver.operation, request, binding }
  for (const earlier of before) {
    expect(await refusalOf(() => service.unwrap(earlier.presentation, expected))).to.equal(earlier.expected)
  }
  try {
    return toAccepted(await service.unwrap(presentation, expected))
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    const { code, invariant = null, hop } = error
    return { code, invariant, ...(hop !== undefined && { hop }) }
  } finally {
    await service.stop()
  }
}

/** As it would be written to a file: no prototypes, nothing undefined. */
function toAccepted({ callStack, initialToken, transaction, decision }: VerifiedCall): VectorAccepted {
  return JSON.parse(JSON.stringify({ callStack, initialToken, transaction, decision: decision.effect }))
}

/** The codes that `docs/errors.md` lists under some headings. */
function codesUnder(...headings: readonly string[]): string[] {
  const sections = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8').split(/^## /m)
  return sections
    .filter(section => headings.some(heading => section.startsWith(heading)))
    .flatMap(section => [...section.matchAll(/^\| `(ERR_[A-Z0-9_]+)`/gm)].map(([, code = '']) => code))
}

describe('the vectors', () => {
  for (const [file, vector] of vectors) {
    it(`${file.replace('.json', '')}: ${vector.description}`, async () => {
      expect(await play(vector)).to.deep.equal(vector.expected)
    })
  }

  it('have no field that nobody knows', () => {
    const strays = [...vectors].flatMap(([file, vector]) => unknownFields(vector).map(field => `${file}: ${field}`))
    expect(strays).to.deep.equal([])
    const [some] = vectors.values()
    const wrong = { ...some, registry: [{ kid: '', service: '', color: 'red' }], extra: 1 } as unknown as Vector
    expect(unknownFields(wrong)).to.deep.equal(['vector.extra', 'entry.color'])
  })

  it('are what generate.ts writes', () => {
    const made = makeVectors()
    expect(files.filter(file => !made.has(file))).to.deep.equal([])
    const stale = [...made].filter(([file, text]) => texts.get(file) !== text).map(([file]) => file)
    expect(stale, 'run: npx tsx spec/vectors/generate.ts').to.deep.equal([])
  })

  it('expect every code that a receiver refuses a presentation with', () => {
    // What only a transport can do wrong: field lines and bodies. A service that was stopped is no matter of data.
    const elsewhere = [
      'ERR_PRESENTATION_REPEATED',
      'ERR_BODY_TOO_LARGE',
      'ERR_BODY_INCOMPLETE',
      'ERR_BODY_MALFORMED',
      'ERR_SERVICE_STOPPED',
    ]
    const codes = codesUnder('What was presented', 'The caller is known', 'Something cannot answer')
    const expected = new Set([...vectors.values()].map(({ expected }) => ('code' in expected ? expected.code : '')))
    expect(codes.length).to.be.greaterThan(45)
    expect(codes.filter(code => !expected.has(code) && !elsewhere.includes(code))).to.deep.equal([])
    expect(elsewhere.filter(code => !codes.includes(code) || expected.has(code))).to.deep.equal([])
  })
})
