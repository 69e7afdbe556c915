import fc from 'fast-check'
import type { Literal } from './document.js'

// Small, so that a policy and a call often speak of the same things; and awkward, where two readings could part.

export const SERVICES = ['shop', 'cart', 'shopcart', 'web', 'shop-north', 'Shop', 'constructor', 'shop\n', 'caf\u00e9']
export const OPERATIONS = ['read', 'read-all', 'checkout', 'commit', 'READ', 'checkout\nread', '3', '']
export const CLAIM_NAMES = [
  'tenant',
  'region',
  'scope',
  'aud',
  'iss',
  'op',
  'constructor',
  'toString',
  'is',
  '',
  '<<',
  'a.b',
]
/** When the calls are judged, and bounds of ages that are counted from there. */
export const NOW = 10_000
export const BOUNDS = [1, 60, 300, NOW]
const TEXTS = [
  'north',
  'south',
  'shop.user',
  'shop.admin',
  'caf\u00e9',
  '',
  'North',
  'shop.user shop.admin',
  '3',
  'true',
]
const AWKWARD = [
  'cafe\u0301',
  'north\n',
  '\u2028',
  '\u{1f600}',
  '\u0085',
  '\u0001',
  '\t',
  'null',
  '~',
  '# no',
  '0x3',
  '"',
  '\\',
]
const OTHERS: readonly Literal[] = [3, 0, 3.5, -1, 1e-7, true, false]

/** Patterns on which RE2 and our translation agree. Each matches something above. */
export const PATTERNS = [
  'shop',
  'cart',
  'shop|cart',
  'shop-?.*',
  'shop(-\\w+)?',
  '[a-z]+',
  '[^s].*',
  '(?i)shop',
  '(?s).*read',
  '(?m)^checkout$\n^read$',
  'read(-all)?',
  '^read$',
  'c.*t',
  '.*',
  '.+',
  '\\S+',
  '.',
  'shop\\.(user|admin)',
  '(north|south)',
  'n.{3}h',
  '\\d+',
  '(?:true|3)?',
  '.*\u00e9',
]

export const services = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SERVICES.slice(0, 4)) },
  { weight: 1, arbitrary: fc.constantFrom(...SERVICES) },
)
export const operations = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...OPERATIONS.slice(0, 3)) },
  { weight: 1, arbitrary: fc.constantFrom(...OPERATIONS) },
)
export const claimNames = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CLAIM_NAMES.slice(0, 2)) },
  { weight: 2, arbitrary: fc.constantFrom(...CLAIM_NAMES) },
)
export const literals: fc.Arbitrary<Literal> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...TEXTS.slice(0, 5)) },
  { weight: 2, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(...OTHERS) },
  { weight: 1, arbitrary: fc.constantFrom(...AWKWARD) },
)
export const patterns = fc.constantFrom(...PATTERNS)

/** Every text and number that a value matcher may be after. */
export const CANDIDATES: readonly Literal[] = [
  ...new Set([...SERVICES, ...OPERATIONS, ...TEXTS, ...OTHERS, ...AWKWARD]),
]
