const MAX_NAME_CHARACTERS = 40

/** The name that a misspelled one was probably meant to be, if one is near enough. Case does not count. */
export function nearestName(misspelled: string, names: readonly string[]): string | undefined {
  if (misspelled.length > MAX_NAME_CHARACTERS) return undefined
  const spelled = misspelled.toLowerCase().replaceAll('_', '-')
  const [completed, ...others] = names.filter(name => name.toLowerCase().startsWith(spelled))
  if (completed !== undefined && others.length === 0) return completed
  let nearest: string | undefined
  let nearestDistance = Math.max(2, Math.floor(misspelled.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(spelled, name.toLowerCase())
    if (distance < nearestDistance) {
      nearest = name
      nearestDistance = distance
    }
  }
  return nearest
}

/** What was probably meant, or else what there is: `` did you mean `shop`? ``, `there are shop, cart`. */
export function hintAmong(misspelled: string, names: readonly string[]): string {
  const nearest = nearestName(misspelled, names)
  return nearest === undefined ? `there are ${names.join(', ')}` : `did you mean \`${nearest}\`?`
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
