/**
 * A service whose private key never leaves its HSM: `key: { publicJwk, sign }`, here with SoftHSM.
 *
 * `apt-get install softhsm2`, `npm ci` in the folder hsm, whose driver compiles C, then `node --import tsx examples/kms/main.ts`.
 */
import { MemoryRegistry, parsePolicy, Service } from 'countersign'
import { SigningToken } from './hsm/signing-token.js'
import { makeSoftToken } from './hsm/softhsm.js'

const softToken = makeSoftToken('services')
const token = SigningToken.open(softToken.library, softToken.label, softToken.pin)
try {
  token.makeKey('shop')
  console.log(
    'the private half:',
    attempt(() => token.readPrivateHalf('shop')),
  )

  const registry = new MemoryRegistry()
  const policy = parsePolicy(`
for-each-of-the-following:
- enforce-the-first-matching-rule:
  - any-token: true
    must: { come-from: [{ app-name: { equal-to: shop } }] }
`)
  const cart = await Service.start({ name: 'cart', registry, policy })
  const shop = await Service.start({ name: 'shop', registry, key: token.keyOf('shop') })

  const call = async (from: Service) => {
    const presentation = await from.wrap({ audience: 'cart', operation: 'checkout', job: true })
    const { callStack } = await cart.unwrap(presentation, { operation: 'checkout' })
    return callStack[0]?.kid === from.kid
  }
  console.log('a call, signed in the token:', await call(shop))

  const calls = await Promise.all(Array.from({ length: 100 }, () => call(shop)))
  console.log('a hundred at once:', calls.filter(Boolean).length)

  // The key outlives the process: it is found again by its label, and keeps its kid.
  await shop.stop()
  const again = await Service.start({ name: 'shop', registry, key: token.keyOf('shop') })
  console.log('started again, under the same kid:', again.kid === shop.kid && (await call(again)))

  token.logOut()
  console.log('without the token:', await call(again).catch(codeOf))
  await Promise.all([again.stop(), cart.stop()])
} finally {
  token.close()
  softToken.remove()
}

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return codeOf(error)
  }
}

/** How PKCS #11 says no: `CKR_...`. */
function codeOf(error: unknown): string {
  return /CKR_\w+/.exec(String(error))?.[0] ?? 'failed'
}
