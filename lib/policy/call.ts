import { MAX_POLICY_FRAMES } from '../limits/decisions.js'

/** Claims as a policy sees them: an object whose own properties are looked up, whatever they are. */
export type Claims = Readonly<Record<string, unknown>>

/** One frame of the call that a policy judges, read once. */
export interface CallFrame {
  readonly service: string
  /** A string, or what the caller of `evaluate` gave instead, which matches nothing that expects one. */
  readonly operation: unknown
  readonly claims: Claims | undefined
}

/** What the chain began with, read once. */
export interface CallInitialToken {
  readonly claims: Claims
  /** The claim `scope`: a string with spaces between is a list (RFC 6749, section 3.3). */
  readonly scope: unknown
  /** The claim `aud`: a string is a list of one (RFC 7519, section 4.1.3). */
  readonly audience: unknown
  /** When the call is judged: whole seconds since the epoch. Undefined where nobody said it. */
  readonly now: number | undefined
}

/** The call that a policy judges: at least one frame, the direct caller first. */
export interface Call {
  readonly frames: readonly CallFrame[]
  readonly directCaller: CallFrame
  readonly origin: CallFrame
  readonly initialToken: CallInitialToken | undefined
}

/** Reads a call from plain data of any shape, or says in words why it is none. May throw what a getter throws. */
export function readCall(input: unknown): Call | string {
  if (!isObject(input)) return 'the call is not an object'
  const stack = input.callStack
  if (!Array.isArray(stack)) return 'the call stack is not a list'
  const { length } = stack
  if (length > MAX_POLICY_FRAMES) return `the call stack has more than ${MAX_POLICY_FRAMES} frames`
  const frames: CallFrame[] = []
  for (let index = 0; index < length; index++) {
    const frame = readFrame(stack[index])
    if (typeof frame === 'string') return `frame ${index} of the call stack ${frame}`
    frames.push(frame)
  }
  const [directCaller] = frames
  const origin = frames[length - 1]
  if (directCaller === undefined || origin === undefined) return 'the call stack is empty'
  const now = readNow(input.now)
  if (typeof now === 'string') return now
  const initialToken = readInitialToken(input.initialToken, now)
  return typeof initialToken === 'string' ? initialToken : { frames, directCaller, origin, initialToken }
}

function readFrame(frame: unknown): CallFrame | string {
  if (!isObject(frame)) return 'is not an object'
  const { service, operation, claims } = frame
  if (typeof service !== 'string' || service === '') return 'has no service name'
  if (claims === undefined || claims === null) return { service, operation, claims: undefined }
  return isObject(claims) ? { service, operation, claims } : 'has claims that are not an object'
}

function readNow(now: unknown): number | string | undefined {
  if (now === undefined || now === null) return undefined
  const seconds = typeof now === 'number' ? Math.floor(now) : Number.NaN
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : '`now` is not a time in seconds since the epoch'
}

function readInitialToken(initialToken: unknown, now: number | undefined): CallInitialToken | string | undefined {
  if (initialToken === undefined || initialToken === null) return undefined
  if (!isObject(initialToken)) return 'the initial token is not an object'
  const { claims } = initialToken
  if (!isObject(claims)) return 'the initial token has no claims'
  const scope = claimOf(claims, 'scope')
  const audience = claimOf(claims, 'aud')
  return {
    claims,
    scope: typeof scope === 'string' ? scope.split(' ').filter(isNotEmpty) : scope,
    audience: typeof audience === 'string' ? [audience] : audience,
    now,
  }
}

function isNotEmpty(text: string): boolean {
  return text !== ''
}

/** A claim's value; undefined where it is missing or null. Names that every object inherits are missing too. */
export function claimOf(claims: Claims | undefined, name: string): unknown {
  return claims !== undefined && Object.hasOwn(claims, name) ? (claims[name] ?? undefined) : undefined
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
