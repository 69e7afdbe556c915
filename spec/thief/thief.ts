import { expect } from 'chai'
import { type Pins, Scene } from './scene.js'

/** Something that a thief tries: it ends in `can`, or in the code that stops him. */
export interface Attempt {
  /** As SECURITY.md says it, behind "can" or "cannot". */
  readonly what: string
  readonly ends: string
  readonly attempt: (scene: Scene) => Promise<string>
}

/** Somebody who owns what he should not. */
export interface Thief {
  /** As SECURITY.md calls him. */
  readonly who: string
  readonly pins: Pins
  readonly attempts: readonly Attempt[]
}

/** `can`, if a call that a thief forged was accepted. */
export function forged(verdict: string): string {
  return verdict === 'accepted' ? 'can' : verdict
}

/** `can`, if a call of an honest service was refused, that was accepted before. */
export function prevented(before: string, verdict: string): string {
  return before === 'accepted' && verdict !== 'accepted' ? 'can' : verdict
}

/** The specs of a thief: each attempt ends as it says. */
export function describeThief({ who, pins, attempts }: Thief): void {
  describe(`a thief, ${who},`, () => {
    let scene: Scene

    beforeEach(async () => {
      scene = await Scene.open(pins)
    })
    afterEach(() => scene.close())

    for (const { what, ends, attempt } of attempts) {
      it(`${ends === 'can' ? 'can' : 'cannot'} ${what}${ends === 'can' ? '' : `: ${ends}`}`, async () => {
        expect(await attempt(scene)).to.equal(ends)
      })
    }
  })
}
