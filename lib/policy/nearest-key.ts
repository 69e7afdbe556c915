const MAX_KEY_CHARACTERS = 40

/** The key that a misspelled one was probably meant to be, if one is near enough. */
export function nearestKey(misspelled: string, keys: readonly string[]): string | undefined {
  if (misspelled.length > MAX_KEY_CHARACTERS) return undefined
  const spelled = misspelled.toLowerCase().replaceAll('_', '-')
  const [completed, ...others] = keys.filter(key => key.startsWith(spelled))
  if (completed !== undefined && others.length === 0) return completed
  let nearest: string | undefined
  let nearestDistance = Math.max(2, Math.floor(misspelled.length / 3)) + 1
  for (const key of keys) {
    const distance = editDistance(spelled, key)
    if (distance < nearestDistance) {
      nearest = key
      nearestDistance = distance
    }
  }
  return nearest
}

/** Insertions, deletions and replacements of single characters that turn one text into the other (Levenshtein). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, at(row, j) + 1, at(next, j - 1) + 1))
    }
    row = next
  }
  return at(row, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
