// Chips of one maker chose RSA primes of the form k * M + (65537 ** a mod M), which can be factored (CVE-2017-15361).
// Modulo each of these primes such a modulus is a power of 65537; of other moduli one in a hundred million is.
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]
const POWERS = PRIMES.map(prime => ({ prime: BigInt(prime), powers: powersModulo(prime) }))

/** Whether an RSA modulus bears the mark of a ROCA key. */
export function isRocaModulus(modulus: bigint): boolean {
  return POWERS.every(({ prime, powers }) => powers.has(Number(modulus % prime)))
}

function powersModulo(prime: number): ReadonlySet<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power)
  return powers
}
