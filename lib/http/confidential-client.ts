import { OptionError, SessionMissing, TokenPassedOn } from '../errors.js'
import type { GivenInitialToken } from '../initial-token/initial-tokens.js'
import { checkOptions } from '../options.js'
import type { Admission, Edge, EdgeRequest } from './edge.js'
import { checkTokenSource, type TokenSource } from './token-source.js'

/**
 * How an edge lets in users for whom it keeps a session: the token stays in the session, and what a browser sends names the
 * session alone. A member that is not listed here is refused.
 */
export interface ConfidentialClientOptions<R extends EdgeRequest = EdgeRequest> {
  /**
   * The access token in the session that a request names, refreshed where it was due; undefined where there is no session. With
   * its issuer where the service accepts several.
   */
  readonly token: (request: R) => GivenInitialToken | undefined | Promise<GivenInitialToken | undefined>
  /** Gets a narrower token, to be embedded instead. */
  readonly exchange?: TokenSource | undefined
  /**
   * The token comes with the request, from a gateway that keeps the sessions: nobody but the gateway can reach this edge. Where others
   * can, whoever sees the chain can call it.
   */
  readonly fromGateway?: true | undefined
}

const OPTIONS = ['token', 'exchange', 'fromGateway'] as const

/** The edge that the options describe. Throws ERR_OPTION. */
export function describeConfidentialClient<R extends EdgeRequest>(options: ConfidentialClientOptions<R>): Edge<R> {
  const { token, exchange, fromGateway } = checkOptions('confidentialClient', options, OPTIONS)
  if (typeof token !== 'function') {
    throw new OptionError('confidentialClient: `token` must be a function that finds the token in the session')
  }
  if (fromGateway !== undefined && fromGateway !== true) {
    throw new OptionError('confidentialClient: `fromGateway` must be true, or be left out')
  }
  if (exchange !== undefined) checkTokenSource('confidentialClient: `exchange`', exchange)
  const admit = async (request: R): Promise<Admission> => {
    const initialToken = await token(request)
    if (initialToken === undefined) throw new SessionMissing('the request has no session with a token')
    const text = textOf(initialToken)
    if (exchange !== undefined) {
      return {
        source: { initialToken: { issuer: exchange.issuer, token: await exchange.forToken(text) } },
        credentials: [text],
      }
    }
    if (fromGateway === undefined) checkKept(text, request)
    return { source: { initialToken }, credentials: [] }
  }
  return Object.freeze({ admit, scheme: 'Session' })
}

function textOf(given: GivenInitialToken): string {
  const text = typeof given === 'object' && given !== null ? given.token : given
  if (typeof text !== 'string' || text === '') {
    throw new OptionError('confidentialClient: `token` must return a token, { issuer, token } or undefined')
  }
  return text
}

/** A token that came with the request invoked this edge, whatever it is called. */
function checkKept(token: string, { rawHeaders }: EdgeRequest): void {
  const carried = [token, encodeURIComponent(token)]
  if (!rawHeaders.some(line => carried.some(text => line.includes(text)))) return
  throw new TokenPassedOn(
    'the token came with the request, and would invoke this edge again: keep it in the session, or use publicClient',
  )
}
