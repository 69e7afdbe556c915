import type { Violation } from './episode.js'

/** A violation for people: what failed, the script that makes it fail, and how to see it again. */
export function describe({ script, move, code, reasons }: Violation): string {
  const { seed, number, cast, moves } = script
  return [
    `the theorem does not hold: move ${move} ended with ${code}`,
    ...reasons.map(reason => `  ${reason}`),
    `again: npm run attack -- --seed '${seed}' --episode ${number} --cases 1`,
    `skew: ${cast.skewSeconds} s; services by position:`,
    ...cast.roles.map((role, at) => `  ${at} ${JSON.stringify(role)}`),
    'moves:',
    ...moves.map(played => `  ${JSON.stringify(played)}`),
    '',
  ].join('\n')
}
