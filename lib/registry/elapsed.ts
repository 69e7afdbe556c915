/** Whether less than so many seconds have passed since an instant. A clock that was set back behind it says nothing: no. */
export function isWithin(seconds: number, since: number, now: number): boolean {
  const elapsed = now - since
  return elapsed >= 0 && elapsed < seconds
}
