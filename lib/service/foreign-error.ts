// What systems and libraries call their errors: `ECONNREFUSED`, `FetchError`.
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** What an error that is none of ours is called: its code or its name. Its message may quote anything. */
export function foreignErrorName(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const names: readonly unknown[] = [Reflect.get(error, 'code'), error.name]
  return names.find((name): name is string => typeof name === 'string' && NAME.test(name)) ?? 'Error'
}
