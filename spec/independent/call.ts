/** One frame of a call that is fit to be judged. */
export interface CallFrame {
  readonly service: string
  readonly operation: unknown
  readonly claims: object
}

/** A call that is fit to be judged: docs/policy.md, section 1. */
export interface Call {
  readonly frames: readonly CallFrame[]
  /** The claims of the initial token; absent where the chain began without one. */
  readonly initial: object | undefined
  /** Whole seconds since the epoch; absent where nobody said when the call is judged. */
  readonly now: number | undefined
}

const MOST_FRAMES = 1024

/** The call of an input, or undefined where it is rejected before any rule is asked. May throw, where reading does. */
export function readCall(input: unknown): Call | undefined {
  if (!isObject(input)) return undefined
  const { callStack, initialToken, now: time } = input as Readonly<Record<string, unknown>>
  if (!Array.isArray(callStack) || callStack.length === 0 || callStack.length > MOST_FRAMES) return undefined
  const frames: CallFrame[] = []
  for (const item of callStack) {
    const frame = readFrame(item)
    if (frame === undefined) return undefined
    frames.push(frame)
  }
  const now = isMissing(time) ? undefined : Math.floor(Number(time))
  if (!isMissing(time) && (typeof time !== 'number' || !(Number(now) >= 0 && Number(now) < 2 ** 53))) return undefined
  if (isMissing(initialToken)) return { frames, initial: undefined, now }
  if (!isObject(initialToken)) return undefined
  const { claims } = initialToken as { claims?: unknown }
  return isObject(claims) ? { frames, initial: claims, now } : undefined
}

function readFrame(item: unknown): CallFrame | undefined {
  if (!isObject(item)) return undefined
  const { service, operation, claims } = item as { service?: unknown; operation?: unknown; claims?: unknown }
  if (typeof service !== 'string' || service === '') return undefined
  if (isMissing(claims)) return { service, operation, claims: {} }
  return isObject(claims) ? { service, operation, claims } : undefined
}

/** Missing and null are one: nothing is there. */
export function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/** An object in the sense of JSON: a list is none. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
