const MAX_CAUSES = 4

/** What went wrong, and why, in one line: an error's message and those of its causes that add something. */
export function reasonOf(error: unknown): string {
  const sentences: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth++) {
    const sentence = sentenceOf(current)
    if (!sentences.some(said => said.includes(sentence))) sentences.push(sentence)
    current = current.cause
  }
  return sentences.length === 0 ? 'something that is no error was thrown' : sentences.join(': ')
}

/** Its message; of an attempt at several addresses, what came of the first. */
function sentenceOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '') {
    const [first] = error.errors
    if (first instanceof Error) return sentenceOf(first)
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const [line = ''] = error.message.split('\n')
  return line === '' ? code : line
}
