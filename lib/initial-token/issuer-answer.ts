import { readBoundedBytes } from '../bounded-bytes.js'
/** What an authorization server answered cannot be used. Says why without quoting any of it. */
export class AnswerUnusable extends Error {}

/** What every request to an authorization server is sent with, beside its own members. */
export interface IssuerRequest {
  readonly redirect: 'error'
  readonly signal: AbortSignal
}

/** The part of a fetch response that matters here; a WHATWG Response has it, and node-fetch's. */
export interface IssuerResponse {
  readonly status: number
  readonly redirected?: boolean
  readonly body: AsyncIterable<unknown> | null
}

/** How much of an answer is read, and for how long. */
export interface AnswerBounds {
  /** What is expected, for messages: `key set`. */
  readonly what: string
  readonly maxBytes: number
  readonly timeoutSeconds: number
}

/**
 * Asks an authorization server, bounded in time and size, and reads an answer of status 200. A redirect is not followed: what was
 * sent is for the configured URL alone. Throws AnswerUnusable, and what the fetch itself throws.
 */
export async function readAnswer<R extends IssuerResponse>(
  send: (request: IssuerRequest) => Promise<R>,
  bounds: AnswerBounds,
  isExpected: (status: number) => boolean = status => status === 200,
): Promise<{ readonly response: R; readonly bytes: Buffer }> {
  const abort = new AbortController()
  const timeout = setTimeout(() => abort.abort(), bounds.timeoutSeconds * 1000)
  const { signal } = abort
  const download = async () => {
    const response = await send({ redirect: 'error', signal })
    checkResponse(response, bounds.what, isExpected)
    return { response, bytes: await readBody(response, bounds) }
  }
  try {
    // A fetch that does not heed the signal must not keep us waiting either.
    return await Promise.race([download(), rejectWhenAborted(signal)])
  } finally {
    clearTimeout(timeout)
    // Ends a response that was not read to its end.
    abort.abort()
  }
}

function checkResponse(response: IssuerResponse, what: string, isExpected: (status: number) => boolean): void {
  if (response.redirected) throw new AnswerUnusable(`the ${what} came from elsewhere`)
  if (!isExpected(response.status))
    throw new AnswerUnusable(`the issuer answered ${response.status} instead of a ${what}`)
}

async function readBody({ body }: IssuerResponse, { what, maxBytes }: AnswerBounds): Promise<Buffer> {
  const refuse = (message: string) => new AnswerUnusable(message)
  if (body === null) throw refuse(`the ${what} is empty`)
  return await readBoundedBytes(body, { what: `the ${what}`, maxBytes, refuse })
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AnswerUnusable('the issuer did not answer in time')), {
      once: true,
    })
  })
}
