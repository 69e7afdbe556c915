import fc from 'fast-check'
import { anyFrames, claims, type Frame, type Input } from './input.js'
import { NOW, operations, services } from './vocabulary.js'

/** What happens to an input on its way. The input may be none of ours any more. */
type Accident = (input: Input) => unknown

const none: Accident = input => input
const ofStack = (change: (frames: readonly Frame[]) => readonly Frame[]): Accident => {
  return input => ({ ...input, callStack: change(input.callStack) })
}

const longer = anyFrames.map(frame => ofStack(frames => [...frames, frame]))
const deeper = anyFrames.map(frame => ofStack(frames => [frame, ...frames]))
const shorter = fc.constantFrom<Accident>(
  ofStack(frames => frames.slice(1)),
  ofStack(frames => frames.slice(0, -1)),
)
const turned = fc.constant<Accident>(ofStack(frames => frames.toReversed()))

const otherUser = claims.map(
  (some): Accident =>
    input => ({ ...input, initialToken: { claims: some } }),
)
const noUser = fc.constant<Accident>(({ callStack }) => ({ callStack }))
const brokenUser = fc.constantFrom<unknown[]>('ada', 3, true, {}, { claims: null }, { claims: 'sub' }).map(
  (initialToken): Accident =>
    input => ({ ...input, initialToken }),
)

/** The call is judged at another time, at none, or at what is none. */
const otherTimes = fc
  .constantFrom(undefined, null, NOW + 0.9, NOW - 6, NOW + 60, 0, -1, 2 ** 53, Number.NaN, String(NOW), [NOW])
  .map(
    (now): Accident =>
      input => ({ ...input, now }),
  )

/** Some fields of every frame become others, some of them of a wrong type. */
const otherFields = fc
  .record(
    {
      service: fc.oneof(services, fc.constantFrom('', null, 3)),
      operation: fc.oneof(operations, fc.constantFrom(null, undefined, 3, ['read'])),
      claims: fc.oneof(claims, fc.constantFrom(null, undefined, 'tenant', 3)),
    },
    { requiredKeys: [] },
  )
  .map(change => ofStack(frames => frames.map(frame => ({ ...frame, ...change }))))

/** Claims that are no own properties. */
const inherited = fc.constant<Accident>(({ callStack, initialToken, now }) => ({
  now,
  callStack: callStack.map(frame => ({ ...frame, claims: Object.create(Object(frame.claims)) })),
  initialToken: initialToken && { claims: Object.create(initialToken.claims) },
}))

/** Everything that an input says, said a little differently. */
function reworded(reword: (value: string | number | boolean) => unknown, added: readonly unknown[] = []): Accident {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return [...value.map(change), ...added]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return reword(value)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part)]))
  }
  const changeFrame = ({ service, operation, claims: some }: Frame) => {
    return { service: change(service), operation: change(operation), claims: change(some) }
  }
  return ({ callStack, initialToken, now }) => ({
    now,
    callStack: callStack.map(changeFrame),
    initialToken: change(initialToken),
  })
}
const ofTexts = (reword: (text: string) => string) => {
  return reworded(value => (typeof value === 'string' ? reword(value) : value))
}
const nearMisses = fc.constantFrom<Accident>(
  ofTexts(text => text.toUpperCase()),
  ofTexts(text => text.normalize('NFD')),
  ofTexts(text => `${text}\n`),
  ofTexts(text => `${text}x`),
  reworded(value => (typeof value === 'string' ? (value === '3' ? 3 : value) : String(value))),
  reworded(value => value, [null]),
  reworded(value => value, [['north']]),
  reworded(value => value, ['north']),
  ofTexts(text => text.replaceAll(' ', '  ')),
)

/** Mostly nothing happens. */
export const accidents: fc.Arbitrary<Accident> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(none) },
  { weight: 1, arbitrary: fc.oneof(longer, deeper) },
  { weight: 1, arbitrary: fc.oneof(shorter, turned) },
  { weight: 2, arbitrary: fc.oneof(otherUser, noUser, brokenUser) },
  { weight: 1, arbitrary: otherTimes },
  { weight: 2, arbitrary: otherFields },
  { weight: 1, arbitrary: inherited },
  { weight: 4, arbitrary: nearMisses },
)
