import { OptionError } from '../errors.js'

/** What `token_type` of an introspected token may say. */
export type IntrospectedType = 'Bearer' | 'absent'

const TYPES = new Set<unknown>(['Bearer', 'absent'])

/** Reads the option `tokenTypes`: `Bearer` alone by default. Throws ERR_OPTION. */
export function readTokenTypes(
  what: string,
  types: readonly IntrospectedType[] = ['Bearer'],
): readonly IntrospectedType[] {
  if (!Array.isArray(types) || types.length === 0 || !types.every(type => TYPES.has(type))) {
    throw new OptionError(`${what}: \`tokenTypes\` must list some of \`Bearer\` and \`absent\``)
  }
  return [...types]
}
