/**
 * A zone, as TZ has it, whose clock was put back by an hour so many seconds ago, or will be, if that is below zero: what
 * it shows now, it shows twice. It is one hour ahead of UTC, and two before.
 */
export function zoneWithRepeatedHour(secondsAgo: number, now = Date.now()): string {
  const at = new Date(now - secondsAgo * 1_000 + 2 * 3_600_000)
  const year = at.getUTCFullYear()
  const day = Math.floor((at.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
  // `J` counts no 29th of February.
  const counted = isLeap && day > 59 ? day - 1 : day
  return `AAA-1BBB-2,J1/0,J${counted}/${at.toISOString().slice(11, 19)}`
}
