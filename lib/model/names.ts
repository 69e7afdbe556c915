// Names compare byte for byte; their grammar is the wire format's (docs/wire-format.md, section 2).

const SERVICE_NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/
const OPERATION = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/

/** Whether a value is a service name: 1 to 128 characters, lower case. */
export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && SERVICE_NAME.test(value)
}

/** Whether a value is an operation: 1 to 128 characters. */
export function isOperation(value: unknown): value is string {
  return typeof value === 'string' && OPERATION.test(value)
}
