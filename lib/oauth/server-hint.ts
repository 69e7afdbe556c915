const MAX_AGE = /(?:^|[\s,])max-age="?(\d{1,9})/i
const NOT_AT_ALL = /(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/i

/** For how many seconds a server lets its answer be remembered (RFC 9111, section 5.2.2); infinitely if it says nothing. */
export function hintedSeconds(cacheControl: string): number {
  if (NOT_AT_ALL.test(cacheControl)) return 0
  const maxAge = MAX_AGE.exec(cacheControl)?.[1]
  return maxAge === undefined ? Number.POSITIVE_INFINITY : Number(maxAge)
}
