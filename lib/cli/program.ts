/** What the command line is called. */
export const PROGRAM = 'countersign'

/** How it says that something went wrong. */
export function errorLine(reason: string): string {
  return `${PROGRAM}: error: ${reason}`
}
