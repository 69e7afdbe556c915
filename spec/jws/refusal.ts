import { CountersignError, OptionError } from '../../lib/errors.js'

/** The code that an attempt is refused with, or `accepted`. An error without a code is a fault, and goes on. */
export async function refusalOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt()
  } catch (error) {
    if (error instanceof CountersignError || error instanceof OptionError) return error.code
    throw error
  }
  return 'accepted'
}

/** The error that an attempt fails with. */
export async function errorOf(attempt: () => unknown): Promise<Error> {
  try {
    await attempt()
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
