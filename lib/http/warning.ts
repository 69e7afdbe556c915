/**
 * Tells the operator of an error that nobody awaits, whatever was thrown: unhandled, one failing request would end the
 * process. Never throws.
 */
export function warnOf(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : `a value of type ${typeof error} was thrown`)
}
