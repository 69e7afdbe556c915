import { validateRequest } from '../chain/request-binding.js'
import type { Expectation } from '../chain/unwrap.js'
import { OptionError } from '../errors.js'
import { isOperation } from '../model/names.js'
import { checkObject, checkOptions } from '../options.js'

const BINDINGS = new Set<unknown>([undefined, 'none', 'target', 'request'])

/** Refuses, as a programmer's mistake, an expectation that is not understood (ERR_OPTION). */
export function validateExpectation(expected: Expectation): void {
  checkOptions('unwrap', expected, ['operation', 'request', 'binding'])
  if (!isOperation(expected.operation))
    throw new OptionError('`operation` must match [A-Za-z0-9][A-Za-z0-9._:/-]{0,127}')
  if (!BINDINGS.has(expected.binding)) throw new OptionError("`binding` must be 'none', 'target' or 'request'")
  if (typeof expected.request === 'object') validateRequest(checkObject('`request`', expected.request))
  else if (expected.request !== undefined && typeof expected.request !== 'function') {
    throw new OptionError('`request` must be { method, target, body? } or a function that reads it')
  }
}
