import { instantOfLocal } from './zone.ts'

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d(?::\d\d)?)?)?$/i
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(?:[.,](\d{1,9}))?(Z|[+-]\d\d(?::?\d\d)?)?$/i

/** Whether a text is a date as ISO 8601 and SQL write it, right or not. */
export function isDate(text: string): boolean {
  return WRITTEN.test(text) || BASIC.test(text)
}

/** Whether a date has no zone of its own. */
export function lacksZone(text: string): boolean {
  const match = WRITTEN.exec(text) ?? BASIC.exec(text)
  return match !== null && match[8] === undefined
}

/**
 * The instant of a date as ISO 8601 and SQL write it, in milliseconds; undefined for what is none.
 *
 * @param storedIn IANA zone of one that carries none
 */
export function msOfDate(text: string, storedIn: string): number | undefined {
  const match = WRITTEN.exec(text) ?? BASIC.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const local = msOfFields([year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0])
  if (local === undefined) return undefined
  const withFraction = local + Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const zone = match[8]
  if (zone === undefined) return msOfLocal(withFraction, storedIn)
  const offset = msOfOffset(zone)
  return offset === undefined ? undefined : withFraction - offset
}

/** Refuses what `Date` would silently move to another day, such as 30 February; a leap second is the next one. */
function msOfFields(fields: readonly [number, number, number, number, number, number]): number | undefined {
  const [year, month, day, hour, minute, second] = fields
  if (month < 1 || month > 12 || day < 1 || minute > 59 || second > 60) return undefined
  if (hour > 23 && !(hour === 24 && minute === 0 && second === 0)) return undefined
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  if (midnight.getUTCDate() !== day) return undefined
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000
}

function msOfOffset(zone: string): number | undefined {
  if (/^[zug]/i.test(zone)) return 0
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0')
  const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)].map(Number)
  if ((hours ?? 0) > 15 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59) return undefined
  const ms = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000
  return zone.startsWith('-') ? -ms : ms
}

/** The instant of a time on the wall, both in milliseconds. */
export function msOfLocal(localMs: number, zone: string): number {
  return zone === 'UTC' ? localMs : instantOfLocal(localMs, zone).getTime()
}
