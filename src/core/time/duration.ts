import { secondsInDay, secondsInHour, secondsInWeek } from 'date-fns/constants'

/** A length of time in seconds; fractions are allowed. */
export type Seconds = number

const UNITS: Readonly<Record<string, Seconds>> = { w: secondsInWeek, d: secondsInDay, h: secondsInHour, m: 60, s: 1 }
const LONGEST_IN_WEEKS: Seconds = 8 * secondsInWeek
const WRITTEN = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/i
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i

/**
 * Reads a duration.
 *
 * @param text `90s`, `15m`, `3h`, `2d`, `1w`, `1h30m`, ISO 8601 without months and years (`PT15M`), or bare seconds
 * @returns undefined where it is none of these
 */
export function parseDuration(text: string): Seconds | undefined {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed)
  const match = WRITTEN.exec(trimmed) ?? ISO.exec(trimmed)
  if (match === null || !match.slice(1).some((part) => part !== undefined)) return undefined
  if (/T$/i.test(trimmed)) return undefined
  return ['w', 'd', 'h', 'm', 's'].reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * (UNITS[unit] ?? 0), 0)
}

/**
 * Writes a length of time for a person, floored to the two largest units that matter: `45 s`, `42 min`, `1 h 3 min`,
 * `3 d 4 h`, `5 w 2 d`; beyond eight weeks days alone.
 */
export function formatDuration(seconds: Seconds): string {
  const whole = Math.floor(Math.abs(seconds))
  const sign = seconds < 0 && whole > 0 ? '-' : ''
  if (whole < 60) return `${sign}${whole} s`
  if (whole < secondsInHour) return `${sign}${two(whole, 60, 'min', whole < 600 ? 1 : 0, 's')}`
  if (whole < secondsInDay) return `${sign}${two(whole, secondsInHour, 'h', 60, 'min')}`
  if (whole < secondsInWeek) return `${sign}${two(whole, secondsInDay, 'd', secondsInHour, 'h')}`
  // Nobody counts more weeks than those of two months.
  return `${sign}${whole <= LONGEST_IN_WEEKS ? two(whole, secondsInWeek, 'w', secondsInDay, 'd') : two(whole, secondsInDay, 'd', 0, '')}`
}

function two(whole: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = small === 0 ? 0 : Math.floor((whole % large) / small)
  return `${Math.floor(whole / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}
