/**
 * Milliseconds since the process began, by a clock that nobody sets, with fractions. Not `performance.now()`: what that
 * loads takes longer than a query.
 */
export function nowMs(): number {
  return process.uptime() * 1_000
}
