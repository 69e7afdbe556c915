import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { externalData } from '../external-data.js'

export type Verdict = 'accepted' | 'refused'
export type Jwk = Readonly<Record<string, unknown>>

export interface VectorTest {
  readonly tcId: number
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly jws?: string
  readonly jwe?: string
  readonly msg: string
  readonly sig: string
}

export interface VectorGroup {
  readonly comment: string
  readonly private?: Jwk
  readonly public?: Jwk
  readonly publicKeyJwk?: Jwk
  readonly keyJwk?: Jwk
  readonly publicKey?: { readonly uncompressed: string }
  readonly tests: readonly VectorTest[]
}

/** Where we judge otherwise than the label, by tcId, and why. */
export type Pins = Readonly<Record<number, string>>

/** The test groups of one of Wycheproof's files, or a skipped spec. */
export function readGroups(context: Mocha.Context, file: string): readonly VectorGroup[] {
  const path = externalData(context, 'COUNTERSIGN_VECTORS', 'wycheproof', `${file}_test.json`)
  return JSON.parse(readFileSync(path, 'utf8')).testGroups
}

/** Judges every test: the verdicts that are not the label's must be exactly the pinned ones. Counts the others. */
export async function expectVerdicts(
  groups: readonly VectorGroup[],
  pins: Pins,
  judge: (group: VectorGroup, test: VectorTest) => Promise<Verdict>,
) {
  const counts = { 'valid accepted': 0, 'invalid refused': 0 }
  const deviations: number[] = []
  for (const group of groups) {
    for (const test of group.tests) {
      const verdict = await judge(group, test)
      if (test.result === 'valid' && verdict === 'accepted') counts['valid accepted'] += 1
      else if (test.result === 'invalid' && verdict === 'refused') counts['invalid refused'] += 1
      else deviations.push(test.tcId)
    }
  }
  expect(deviations).to.deep.equal(Object.keys(pins).map(Number))
  return counts
}
