// Those that matter to us, or to who reads an error. (org.apache.zookeeper.KeeperException.Code)
const NAMES: ReadonlyMap<number, string> = new Map([
  [-2, 'RUNTIME_INCONSISTENCY'],
  [-101, 'NO_NODE'],
  [-102, 'NO_AUTH'],
  [-103, 'BAD_VERSION'],
  [-110, 'NODE_EXISTS'],
  [-111, 'NOT_EMPTY'],
  [-112, 'SESSION_EXPIRED'],
  [-114, 'INVALID_ACL'],
  [-115, 'AUTH_FAILED'],
  [-119, 'NOT_READONLY'],
  [-124, 'SESSION_CLOSED_REQUIRE_SASL_AUTH'],
  [-125, 'QUOTA_EXCEEDED'],
  [-127, 'THROTTLED_OP'],
])

/** The server refused a request: its code, by ZooKeeper's own name. */
export class ZooKeeperRefusal extends Error {
  readonly code: string

  constructor(code: number) {
    const name = NAMES.get(code) ?? `ERROR_${Math.abs(code)}`
    super(`zookeeper refused: ${name} (${code})`)
    this.code = name
  }
}

/** The server's answer is longer than anybody needs, and was thrown away. */
export class AnswerTooLong extends Error {}

/** Whether the server refused something for one of these reasons. */
export function isRefusal(error: unknown, ...names: readonly string[]): error is ZooKeeperRefusal {
  return error instanceof ZooKeeperRefusal && names.includes(error.code)
}
