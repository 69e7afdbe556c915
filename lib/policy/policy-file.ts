import { type FSWatcher, watch } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CountersignError, OptionError } from '../errors/base.js'
import { PolicyUnreadable } from '../errors/policy.js'
import { MAX_POLICY_BYTES, POLICY_POLL_MILLISECONDS, POLICY_SETTLE_MILLISECONDS } from '../limits/decisions.js'
import type { Policy } from '../model/policy.js'
import { parsePolicy } from './parse-policy.js'
import { PolicySource } from './policy-source.js'
import { quoted } from './quoted.js'

/** Whom `watchPolicy` tells. */
export interface WatchPolicyOptions {
  /** A new version is in force. */
  readonly onReload?: ((policy: Policy) => void) | undefined
  /**
   * A new version cannot be used, so the last good one stays in force: ERR_POLICY_INVALID or ERR_POLICY_UNREADABLE.
   * Without this function it is a process warning.
   */
  readonly onError?: ((error: CountersignError) => void) | undefined
}

/** A policy that follows its file. */
export interface WatchedPolicy extends Policy {
  /** Stops following; the version in force stays. */
  close(): void
}

/**
 * Reads a policy file once.
 *
 * Rejects with ERR_POLICY_UNREADABLE; ERR_POLICY_INVALID, with everything that is wrong at once; ERR_OPTION where `file`
 * is no string.
 */
export async function loadPolicy(file: string): Promise<Policy> {
  return parsePolicy(await readText(file), { file })
}

/**
 * Reads a policy file and follows its changes: writes, renames over it, and links that are pointed elsewhere. A version
 * that is broken or gone leaves the last good one in force. Does not keep the process alive.
 *
 * Rejects like `loadPolicy` where the first version cannot be used.
 */
export async function watchPolicy(file: string, options: WatchPolicyOptions = {}): Promise<WatchedPolicy> {
  const { onReload, onError = warn } = options
  if (onReload !== undefined && typeof onReload !== 'function') throw new OptionError('`onReload` must be a function')
  if (typeof onError !== 'function') throw new OptionError('`onError` must be a function')
  let text = await readText(file)
  const path = resolve(file) // the same file, wherever the process goes
  let policy = parsePolicy(text, { file })
  let seen: string | undefined
  let failure: string | undefined
  let settling: NodeJS.Timeout | undefined
  let checks = Promise.resolve()
  let closed = false
  const watcher = watchFolder(path, settle)
  const poll = setInterval(check, POLICY_POLL_MILLISECONDS).unref()

  return Object.freeze({
    evaluate: (input: Parameters<Policy['evaluate']>[0]) => policy.evaluate(input),
    close() {
      closed = true
      watcher?.close()
      clearInterval(poll)
      clearTimeout(settling)
    },
  })

  function settle(): void {
    settling ??= setTimeout(check, POLICY_SETTLE_MILLISECONDS).unref()
  }

  function check(): void {
    settling = undefined
    checks = checks.then(reload, reload)
  }

  async function reload(): Promise<void> {
    const read = await readText(path).catch(asRefusal)
    if (closed) return
    if (typeof read !== 'string') return refuse(read)
    if (read === text) {
      seen = failure = undefined
      return
    }
    if (read !== seen) {
      seen = read
      return settle()
    }
    text = read
    const next = parsed(read)
    if (next instanceof CountersignError) return refuse(next)
    policy = next
    failure = undefined
    tell(() => onReload?.(policy))
  }

  function parsed(yamlText: string): Policy | CountersignError {
    try {
      return parsePolicy(yamlText, { file })
    } catch (error) {
      return asRefusal(error)
    }
  }

  function refuse(error: CountersignError): void {
    if (error.message === failure) return
    failure = error.message
    tell(() => onError(error))
  }
}

/** What a listener throws is its own affair: nobody awaits a reload, and unhandled it would end the process. */
function tell(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    const what = error instanceof Error ? error.message : typeof error
    process.emitWarning(`a listener of \`watchPolicy\` failed: ${what}`, { type: 'CountersignWarning' })
  }
}

function asRefusal(error: unknown): CountersignError {
  if (error instanceof CountersignError) return error
  throw error
}

async function readText(file: string): Promise<string> {
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

// Watching the folder sees renames; where it cannot be watched, polling alone finds the change.
function watchFolder(file: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(file), { persistent: false }, onEvent)
    return watcher.on('error', () => watcher.close())
  } catch {
    return undefined
  }
}

function warn(error: CountersignError): void {
  const message = `${error.message}\nthe version before stays in force`
  process.emitWarning(message, { type: 'CountersignWarning', code: error.code })
}
