import type { CredentialKind } from './credential-kind.js'

/** What was asked of a registrar, by whom, and what came of it. Holds no token, no key and nothing that a stranger wrote at length. */
export interface AuditEvent {
  /** ISO 8601. */
  readonly time: string
  readonly event: 'registration' | 'revocation' | 'enrolment' | 'delegation' | 'start' | 'stop'
  readonly verdict: 'done' | 'refused'
  /** The service in whose name it was asked. */
  readonly service?: string | undefined
  readonly kid?: string | undefined
  /** How the sender proved who he is, where he did. */
  readonly credential?: CredentialKind | undefined
  /** What the credential calls him. */
  readonly client?: string | undefined
  /** The service that he is: another one than `service` where he was refused for that. */
  readonly authenticated?: string | undefined
  /** When what was granted ends, in seconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** The error's code, and its message, of what was refused. */
  readonly code?: string | undefined
  readonly reason?: string | undefined
  readonly address?: string | undefined
  /** The answer outside shows it too. */
  readonly correlation?: string | undefined
}

/** What is found out on the way to a verdict. */
export type Audit = { -readonly [name in keyof AuditEvent]?: AuditEvent[name] }

/** Hears of everything that was asked of a registrar, reading aside. */
export type AuditLog = (event: AuditEvent) => void

/** The log of a registrar that was given none: a line of JSON for each event, on standard output. */
export const logToStandardOutput: AuditLog = event => {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** The same log, whose own troubles are its own affair. */
export function guarded(log: AuditLog): AuditLog {
  return event => {
    try {
      log(Object.freeze(event))
    } catch {
      // What was decided stays decided.
    }
  }
}

/** When it happened, as the log writes it. */
export function timeOf(now: number): string {
  return new Date(now * 1000).toISOString()
}
