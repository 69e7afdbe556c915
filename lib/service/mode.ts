import { OptionError } from '../errors.js'
import { isOperation } from '../model/names.js'
import { checkObject, checkOptions } from '../options.js'

/** Whether a rejecting policy keeps calls out, or is only reported. */
export type EnforcementMode = 'enforce' | 'observe'

/** One mode for all operations, or one for each. `default` is `enforce` if absent. */
export type ModeOption =
  | EnforcementMode
  | {
      readonly default?: EnforcementMode | undefined
      readonly operations?: Readonly<Record<string, EnforcementMode>> | undefined
    }

/** Whether the policy is enforced for an operation. */
export function resolveMode(option: ModeOption = 'enforce'): (operation: string) => boolean {
  if (typeof option === 'string') {
    const mode = checkMode('`mode`', option)
    return () => mode === 'enforce'
  }
  checkOptions('`mode`', option, ['default', 'operations'])
  const { default: fallback = 'enforce', operations = {} } = option
  const general = checkMode('`mode.default`', fallback)
  const single = new Map<string, EnforcementMode>()
  for (const [operation, mode] of Object.entries(checkObject('`mode.operations`', operations))) {
    if (!isOperation(operation)) throw new OptionError('`mode.operations` has a member that is no operation')
    single.set(operation, checkMode(`\`mode.operations.${operation}\``, mode))
  }
  return operation => (single.get(operation) ?? general) === 'enforce'
}

function checkMode(what: string, mode: EnforcementMode): EnforcementMode {
  if (mode !== 'enforce' && mode !== 'observe') throw new OptionError(`${what}: expected 'enforce' or 'observe'`)
  return mode
}
