/**
 * Tells the operator of an error that nobody awaits, whatever was thrown and with its stack: unhandled, one failing request
 * would end the process. Never throws.
 */
export function warnOf(occasion: string, error: unknown): void {
  const isError = error instanceof Error
  const what = isError ? `${error.name}: ${error.message}` : `a value of type ${typeof error}`
  const detail = isError && typeof error.stack === 'string' ? { detail: error.stack } : {}
  process.emitWarning(`${occasion}: ${what}`, { type: 'CountersignWarning', ...detail })
}
