const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
]
/** A unit is used from so many of the next smaller one on: 90 minutes say more than 1 hour. */
const ENOUGH = 2

/** An instant as a person reads it, and how far away it is: `2026-01-31 12:00:00Z, in 23 h`. */
export function describeTime(seconds: number, now: number): string {
  return `${absolute(seconds)}, ${relative(seconds - now)}`
}

/** `2026-01-31 12:00:00Z` */
export function absolute(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return `${seconds} s after 1970`
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
}

function relative(seconds: number): string {
  const distance = Math.floor(Math.abs(seconds))
  const [size, name] = UNITS.find(([unit]) => distance >= unit * ENOUGH) ?? [1, 's']
  const amount = `${Math.floor(distance / size)} ${name}`
  return seconds < 0 ? `${amount} ago` : `in ${amount}`
}
