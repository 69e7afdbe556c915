import { isIPv4, isIPv6 } from 'node:net'

const MAPPED = /^::ffff:(?=\d+\.)/i
const NETWORK_GROUPS = 4
const GROUPS = 8

/** As whom the sender at an address is counted: of IPv6 his network of 64 bits, in which he can have any address. */
export function callerAt(address: string | undefined): string {
  const plain = (address ?? '').replace(MAPPED, '')
  if (isIPv4(plain) || !isIPv6(plain)) return plain
  const [before = '', after] = plain.split('%', 1).join('').toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array.from({ length: Math.max(0, GROUPS - head.length - tail.length) }, () => '0')
  const groups = after === undefined ? head : [...head, ...zeros, ...tail]
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}
