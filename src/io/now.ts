/**
 * Milliseconds since the process began, with fractions, by a monotonic clock. Loading `performance.now()` would take
 * longer than a query.
 */
export function nowMs(): number {
  return process.uptime() * 1_000
}
