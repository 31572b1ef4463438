import { quote } from '../words/text.ts'
import { type CronField, type CronTimes, FIELDS, type FieldPart, needsBothDays } from './cron-field.ts'

/** How many values a field has, where it begins again each time after as many; months differ in length. */
const ROUND: ReadonlyMap<CronField['kind'], number> = new Map<CronField['kind'], number>([
  [FIELDS.minute, 60],
  [FIELDS.hour, 24],
  [FIELDS.month, 12],
])

/**
 * What cron accepts without a word, and what probably does not mean what was meant.
 *
 * @param comes whether there is any such time at all
 */
export function warningsOf(times: CronTimes, comes: boolean): readonly string[] {
  const fields = [times.minute, times.hour, times.day, times.month, times.weekday]
  return [
    ...(comes ? [] : [neverOf(fields)]),
    ...fields.flatMap((field) => [
      ...ignoredOf(field, times),
      ...field.parts.flatMap((part) => partOf(field, part, times)),
    ]),
    ...(comes ? [...minutesOf(times), ...daysOf(times), ...shortMonthsOf(times)] : []),
  ]
}

function neverOf(fields: readonly CronField[]): string {
  const hasAll = fields.every(({ values }) => values.length > 0)
  return hasAll ? 'it is never due: none of these months has such a day' : 'it is never due'
}

/** `MON#1`, `*5`, `1.5`: cron reads a field as far as it understands it, and skips what is left. */
function ignoredOf(field: CronField, { day }: CronTimes): readonly string[] {
  const { text, ignored, kind } = field
  if (ignored === '') return []
  const understood = text.slice(0, text.length - ignored.length)
  const means = understood === '*' ? `every ${kind.name}` : quote(understood)
  return [
    `${quote(text)} means ${means}: cron skips what follows ${quote(understood)}; ${cureOf(field, understood, day)}`,
  ]
}

function cureOf({ kind, ignored }: CronField, understood: string, day: CronField): string {
  const nth = /^#([1-5])$/.exec(ignored)?.[1]
  if (kind === FIELDS.weekday && nth !== undefined && day.text === '*') return cureOfNth(Number(nth), understood)
  const number = /^\d+$/.exec(ignored)?.[0]
  if (understood === '*' && number !== undefined) return `write */${number}, or ${number}`
  return `write ${understood}, if that is meant`
}

/** A star makes both days count, and brings the first of the month, or Sunday, with it. */
function cureOfNth(nth: number, weekday: string): string {
  const first = (nth - 1) * 7 + 1
  const days = `${first}-${Math.min(31, first + 6)}`
  if (/^([07]|sun)$/i.test(weekday)) return `write ${days} as day of the month and */7 as day of the week`
  if (nth === 1) return `write */100,${days} as day of the month and ${weekday} as day of the week`
  return `cron cannot say which ${weekday} of a month`
}

function partOf(field: CronField, part: FieldPart, times: CronTimes): readonly string[] {
  if (part.first > part.last) return [reversedOf(field, part)]
  return part.isStar && isForBoth(field.kind, times) ? [] : stepOf(field, part)
}

function reversedOf({ kind }: CronField, { text, first, last }: FieldPart): string {
  // Sunday ends the week as 7.
  const low = kind === FIELDS.weekday ? 1 : kind.low
  const ranges = last < low ? `${first}-${kind.high}` : `${first}-${kind.high},${low}-${last}`
  const written = ranges.replaceAll(/\b(\d+)-\1\b/g, '$1')
  return `${quote(text)} holds nothing: a range of cron's does not run over the end; write ${written}`
}

function stepOf(field: CronField, { text, first, last: end, step = 1, isStar }: FieldPart): readonly string[] {
  // A star reaches from Sunday to Sunday.
  const last = isStar && field.kind === FIELDS.weekday ? 6 : end
  if (step === 1) return []
  if (step > last - first) return [`${quote(text)} means ${first} alone: no second step fits in; write ${first}`]
  const round = ROUND.get(field.kind)
  const isEven = round !== undefined && round % step === 0
  if (isEven || !isStar || text !== field.text) return []
  const largest = first + Math.floor((last - first) / step) * step
  return [`${quote(text)} is not evenly spaced: after ${field.kind.name} ${largest} it begins again at ${first}`]
}

/** `0 0 1-7 * *\/7`: the star is there to make both days count. */
function isForBoth(kind: CronField['kind'], { day, weekday }: CronTimes): boolean {
  if (kind === FIELDS.day) return weekday.text !== '*'
  return kind === FIELDS.weekday && day.text !== '*'
}

/** `* 4 * * *` for a job that runs once. */
function minutesOf({ minute, hour }: CronTimes): readonly string[] {
  if (minute.values.length < 60 || hour.values.length === 24) return []
  return [`it is due in every minute of ${quote(hour.text)} as hour; write 0 as the minute, if once an hour is meant`]
}

/** Cron's oldest trap. */
function daysOf(times: CronTimes): readonly string[] {
  const { day, weekday } = times
  if (needsBothDays(times) || day.values.length === 0 || weekday.values.length === 0) return []
  const means = `${quote(day.text)} as day of the month or ${quote(weekday.text)} as day of the week: either is enough`
  return [`${means}; ${cureOfDays(day, weekday)}`]
}

function cureOfDays(day: CronField, weekday: CronField): string {
  if (day.values.includes(1)) return `where both have to be right, write */100,${day.text} as day of the month`
  if (weekday.values.includes(0)) return `where both have to be right, write */100,${weekday.text} as day of the week`
  return 'cron cannot say that both have to be right'
}

/** Days that not every month has, or not every year. */
function shortMonthsOf(times: CronTimes): readonly string[] {
  const { day, month, weekday } = times
  const isEither = !needsBothDays(times) && weekday.values.length > 0
  const earliest = day.values[0]
  if (isEither || earliest === undefined || earliest < 29) return []
  if (month.values.every((value) => value === 2)) return ['it is due in leap years only']
  const isInAll = month.values.every((value) => LONG.has(value) || (earliest === 30 && value !== 2))
  return isInAll ? [] : [`it is not due in months that have no day ${earliest}`]
}

const LONG: ReadonlySet<number> = new Set([1, 3, 5, 7, 8, 10, 12])
