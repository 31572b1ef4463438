/** A time so many seconds ago as SQL writes it, in UTC without saying so. */
export function naiveAgo(seconds: number): string {
  return `'${isoAgo(seconds).slice(0, -1).replace('T', ' ')}'`
}

/** A time so many seconds ago as SQL writes it, with its zone. */
export function zonedAgo(seconds: number): string {
  return `'${isoAgo(seconds).slice(0, -1).replace('T', ' ')}+00:00'`
}

/** A time so many seconds ago in seconds since the epoch, with a fraction. */
export function epochAgo(seconds: number): string {
  return String(Date.now() / 1_000 - seconds)
}

/** A time so many seconds ago in whole seconds since the epoch. */
export function secondsAgo(seconds: number): string {
  return String(Math.floor(Date.now() / 1_000) - seconds)
}

/** A time so many seconds ago in milliseconds since the epoch. */
export function millisecondsAgo(seconds: number): string {
  return String(Date.now() - 1_000 * seconds)
}

function isoAgo(seconds: number): string {
  return new Date(Date.now() - 1_000 * seconds).toISOString()
}
