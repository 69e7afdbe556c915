const L = 2n ** 252n + 27742317777372353535851937790883648493n

/**
 * What would be a second signature of the same text if S were not checked to be below the group's order (RFC 8032,
 * section 5.1.7): S + L in place of S.
 */
export function malleateEdDsa(signature: Uint8Array): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + L
  const raised = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
  return Buffer.concat([signature.subarray(0, 32), raised])
}
