import type { Clock } from '../clock.js'
import { OptionError } from '../errors.js'

/** The clock's time in whole seconds since the epoch. Throws ERR_OPTION for a clock that does not tell it. */
export function readInstant(clock: Clock): number {
  const time: unknown = clock()
  const now = typeof time === 'number' ? Math.floor(time) : Number.NaN
  if (!Number.isSafeInteger(now) || now < 0) throw new OptionError('`clock` must return seconds since the epoch')
  return now
}
