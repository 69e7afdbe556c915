import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { OptionError } from '../errors/base.js'
import { PolicyUnreadable } from '../errors/policy.js'
import { MAX_POLICY_BYTES } from '../limits/decisions.js'
import type { Policy } from '../model/policy.js'
import { parsePolicy } from './parse-policy.js'
import { PolicySource } from './policy-source.js'
import { quoted } from './quoted.js'

/**
 * Reads a policy file once.
 *
 * Rejects with ERR_POLICY_UNREADABLE; ERR_POLICY_INVALID, with everything that is wrong at once; ERR_OPTION where `file`
 * is no string.
 */
export async function loadPolicy(file: string): Promise<Policy> {
  return parsePolicy(await readPolicyText(file), { file })
}

/** The text of a policy file. Rejects with what `loadPolicy` rejects with. */
export async function readPolicyText(file: string): Promise<string> {
  if (typeof file !== 'string' || file === '') throw new OptionError('the file of a policy must be a path')
  const bytes = await readBytes(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new PolicySource('', file).invalid([{ offset: 0, message: 'a policy is UTF-8 text' }])
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const status = await stat(file)
    if (!status.isFile()) throw new PolicyUnreadable(`cannot read policy ${quoted(resolve(file), 300)}: not a file`)
    if (status.size <= MAX_POLICY_BYTES) return await readFile(file)
  } catch (cause) {
    if (cause instanceof PolicyUnreadable) throw cause
    const code = cause instanceof Error && 'code' in cause ? `: ${cause.code}` : ''
    throw new PolicyUnreadable(`cannot read policy ${quoted(resolve(file), 300)}${code}`, { cause })
  }
  const message = `a policy has at most ${MAX_POLICY_BYTES} bytes`
  throw new PolicySource('', file).invalid([{ offset: 0, message }])
}
