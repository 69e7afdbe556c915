import { type FSWatcher, watch } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CountersignError, OptionError } from '../errors/base.js'
import { POLICY_POLL_MILLISECONDS, POLICY_SETTLE_MILLISECONDS } from '../limits/decisions.js'
import type { Policy } from '../model/policy.js'
import { readPolicyText } from './policy-file.js'
import { PolicyVersions } from './policy-versions.js'

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
 * Reads a policy file and follows its changes: writes, renames over it, and links that are pointed elsewhere. A version
 * that is broken or gone leaves the last good one in force. Does not keep the process alive.
 *
 * Rejects like `loadPolicy` where the first version cannot be used.
 */
export async function watchPolicy(file: string, options: WatchPolicyOptions = {}): Promise<WatchedPolicy> {
  const { onReload, onError = warn } = options
  if (onReload !== undefined && typeof onReload !== 'function') throw new OptionError('`onReload` must be a function')
  if (typeof onError !== 'function') throw new OptionError('`onError` must be a function')
  const versions = new PolicyVersions(await readPolicyText(file), file)
  const path = resolve(file) // the same file, wherever the process goes
  let settling: NodeJS.Timeout | undefined
  let looks = Promise.resolve()
  let closed = false
  const watcher = watchFolder(path, settle)
  const poll = setInterval(look, POLICY_POLL_MILLISECONDS).unref()

  return Object.freeze({
    evaluate: (input: Parameters<Policy['evaluate']>[0]) => versions.inForce.evaluate(input),
    close() {
      closed = true
      watcher?.close()
      clearInterval(poll)
      clearTimeout(settling)
    },
  })

  function settle(): void {
    settling ??= setTimeout(look, POLICY_SETTLE_MILLISECONDS).unref()
  }

  function look(): void {
    clearTimeout(settling)
    settling = undefined
    looks = looks.then(follow).catch(error => warnOf('a new version cannot be judged', error))
  }

  async function follow(): Promise<void> {
    const found = await readPolicyText(path).catch(asRefusal)
    if (closed) return
    const news = versions.next(found, performance.now())
    if (news === 'unsettled') settle()
    else if (news instanceof CountersignError) tell(() => onError(news))
    else if (news !== undefined) tell(() => onReload?.(news))
  }
}

/** What a listener throws is its own affair: nobody awaits a reload, and unhandled it would end the process. */
function tell(listener: () => unknown): void {
  new Promise(resolve => resolve(listener())).catch(error => warnOf('a listener failed', error))
}

function warnOf(occasion: string, error: unknown): void {
  const what = error instanceof Error ? error.message : typeof error
  process.emitWarning(`watchPolicy: ${occasion}: ${what}`, { type: 'CountersignWarning' })
}

function asRefusal(error: unknown): CountersignError {
  if (error instanceof CountersignError) return error
  throw error
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
