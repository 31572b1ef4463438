import { quote } from '../../words/text.ts'
import type { CalendarField, CalendarSpec } from './spec.ts'
import { SECOND_US } from './spec.ts'
import { valuesIn, type Walls, wallsOf } from './walls.ts'
import { anyWeekday, weekdayName } from './weekdays.ts'

const DAYS = { low: 1, high: 31 } as const
/** Before all that systemd knows, and after it. */
const BEGINNING = Date.UTC(1969, 0)
const END = Date.UTC(2201, 0)

/** What systemd accepts without a word, and what probably does not mean what was meant. */
export function warningsOf(spec: CalendarSpec, walls: Walls): readonly string[] {
  const last = walls.before(END)
  if (last === undefined) return [neverOf(spec)]
  return [
    ...commasOf(spec),
    ...lastOf(spec, last),
    ...shortMonthsOf(spec),
    ...unevenOf(spec.hour, { name: 'hour', round: 24, missed: 'on the first of a month' }),
    ...unevenOf(spec.minute, { name: 'minute', round: 60, missed: 'at midnight' }),
    ...oftenOf(spec),
  ]
}

function neverOf(spec: CalendarSpec): string {
  const anyDay = wallsOf({ ...spec, weekdays: anyWeekday() })
  const first = anyDay.after(BEGINNING)
  if (first === undefined) return 'it is never due: no month that it names has such a day'
  const last = anyDay.before(END) ?? first
  const date = new Date(first)
  const isOneDay = dateOf(first) === dateOf(last)
  if (!isOneDay) return 'it is never due: none of these dates is such a day of the week'
  return `it is never due: ${dateOf(first)} is a ${weekdayName((date.getUTCDay() + 6) % 7)}`
}

/** Two times in one expression become two minutes of one hour, with seconds. */
function commasOf({ time }: CalendarSpec): readonly string[] {
  const [, hour, minute, other, second] = /^(\d+):(\d+),(\d+):(\d+)$/.exec(time) ?? []
  if (hour === undefined || minute === undefined || other === undefined || second === undefined) return []
  const two = (text: string): string => text.padStart(2, '0')
  const tail = Number(second) === 0 ? '' : `:${two(second)}`
  const due = [minute, other]
    .toSorted((a, b) => Number(a) - Number(b))
    .map((text) => `${two(hour)}:${two(text)}${tail}`)
  const meant = `not at ${two(hour)}:${two(minute)} and ${two(other)}:${two(second)}`
  return [`it is due at ${due.join(' and ')}, and ${meant}: a comma lists minutes; for two times write two checks`]
}

/** Years that are listed end, and so does the job. */
function lastOf({ year }: CalendarSpec, last: number): readonly string[] {
  const isEndless = year === undefined || year.some((part) => part.last === undefined && part.step > 0)
  if (isEndless) return []
  return [`it is due for the last time on ${dateOf(last)} at ${new Date(last).toISOString().slice(11, 16)}`]
}

function dateOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10)
}

/** Days that not every month has, or not every year. */
function shortMonthsOf({ year, month, day, isFromEnd }: CalendarSpec): readonly string[] {
  const earliest = day === undefined || isFromEnd ? 1 : (valuesIn(day, DAYS)[0] ?? 1)
  if (earliest < 29 || year?.every(({ step }) => step === 0)) return []
  const months = valuesIn(month, { low: 1, high: 12 })
  if (months.every((value) => value === 2)) return ['it is due in leap years only']
  const isInAll = months.every((value) => LONG.has(value) || (earliest === 30 && value !== 2))
  const cure = earliest === 31 || month === undefined ? '; write *-*~01 for the last day' : ''
  return isInAll ? [] : [`it is not due in months that have no day ${earliest}${cure}`]
}

const LONG: ReadonlySet<number> = new Set([1, 3, 5, 7, 8, 10, 12])

/** `0/7` minutes: the last step of an hour is a shorter one. */
function unevenOf(
  field: CalendarField,
  { name, round, missed }: { readonly name: string; readonly round: number; readonly missed: string },
): readonly string[] {
  const [part, ...others] = field ?? []
  if (part === undefined || others.length > 0 || part.last !== undefined || part.step === 0) return []
  const { text, first, step } = part
  if (round % step === 0 || first >= step) return []
  const largest = first + Math.floor((round - 1 - first) / step) * step
  // systemd goes on where the step lands beyond the end.
  const leaves = largest + step - round > first ? `, which systemd leaves out ${missed}` : ''
  return [`${quote(text)} is not evenly spaced: after ${name} ${largest} it begins again at ${first}${leaves}`]
}

/** `09:*` for a job that runs once. */
function oftenOf({ hour, minute, second, time }: CalendarSpec): readonly string[] {
  const isEachSecond = second?.some((part) => part.first === 0 && part.last === undefined && part.step === SECOND_US)
  if (isEachSecond) {
    return [`it is due in every second of a minute; write ${time.replace(/:[^:]*$/, '')}, if once is meant`]
  }
  const hours = valuesIn(hour, { low: 0, high: 23 })
  if (minute !== undefined || hour === undefined) return []
  const [only = 0, ...more] = hours
  const two = String(only).padStart(2, '0')
  const when = more.length === 0 ? `from ${two}:00 to ${two}:59` : `of ${hours.length} hours`
  return [`it is due in every minute ${when}; write ${time.split(':')[0]}:00, if once is meant`]
}
