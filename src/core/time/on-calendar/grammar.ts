import { own } from '../../own.ts'
import { quote } from '../../words/text.ts'
import { isZone } from '../zone.ts'
import { type CalendarFieldKind, KINDS, readField } from './field.ts'
import { type CalendarField, type CalendarSpec, SECOND_US } from './spec.ts'
import { anyWeekday, readWeekdays } from './weekdays.ts'

/** What systemd makes of an expression. */
export type CalendarReading =
  | { readonly kind: 'spec'; readonly spec: CalendarSpec }
  /** what is wrong, and what to write */
  | { readonly kind: 'rejected'; readonly error: string }

const NAMES: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  weekly: 'Mon *-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  ...Object.fromEntries(['yearly', 'annually', 'anually'].map((name) => [name, '*-01-01 00:00:00'])),
  ...Object.fromEntries(
    ['semiannually', 'semi-annually', 'biannually', 'bi-annually'].map((name) => [name, '*-01,07-01 00:00:00']),
  ),
}

/** No unit file has a longer one. */
const LONGEST = 1_000

/**
 * Reads an expression as systemd 252 reads `OnCalendar=`.
 *
 * @param expression what stands behind the equals sign
 * @see https://manpages.debian.org/systemd.time.7
 */
export function readOnCalendar(expression: string): CalendarReading {
  const text = expression.trim()
  if (text.length > LONGEST) return rejected(`it has ${text.length} characters; write one time`)
  if (/[\r\n]/.test(text)) return rejected('it has several lines; write one')
  if (text === '') return rejected('it is empty; write a time such as Mon..Fri 02:30, or daily')
  const { rest, zone } = splitZone(text)
  const whole = own(NAMES, rest.toLowerCase()) ?? rest
  const [weekdayText, dateAndTime] = splitWeekdays(whole)
  const weekdays = weekdayText === '' ? { weekdays: anyWeekday() } : readWeekdays(weekdayText)
  if (typeof weekdays === 'string') return rejected(wordsOfWhole(text) ?? weekdays)
  const read = readDateAndTime(dateAndTime)
  if (typeof read === 'string') return rejected(wordsOfWhole(text) ?? read)
  // Seconds since 1970 are of UTC, whatever zone is named.
  const ownZone = dateAndTime.startsWith('@') ? 'UTC' : zone
  return { kind: 'spec', spec: { zone: ownZone, ...weekdays, ...read } }
}

/** The last word is a zone where there is one of that name, spelt as the files of zones are. */
function splitZone(text: string): { readonly rest: string; readonly zone: string | undefined } {
  const [, rest = '', word = ''] = /^(.*) (\S+)$/.exec(text) ?? []
  if (word.toLowerCase() === 'utc') return { rest: rest.trimEnd(), zone: 'UTC' }
  if (!isZone(word) || spelling(word) !== word) return { rest: text, zone: undefined }
  return { rest: rest.trimEnd(), zone: word }
}

/** The name as the system spells it, where it is not another name of the same zone. */
function spelling(zone: string): string {
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()
  return timeZone.toLowerCase() === zone.toLowerCase() ? timeZone : zone
}

/** Days of the week are a word that begins with a letter. */
function splitWeekdays(text: string): readonly [string, string] {
  if (!/^[A-Za-z]/.test(text)) return ['', text]
  const end = text.indexOf(' ')
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trimStart()]
}

type DateAndTime = Omit<CalendarSpec, 'zone' | 'weekdays'>

const ANY_DATE = { year: undefined, month: undefined, day: undefined, isFromEnd: false } as const

function readDateAndTime(text: string): DateAndTime | string {
  if (text.startsWith('@')) return readEpoch(text)
  const [first = '', ...others] = text.split(/ +/)
  const isTime = first === '' || first.includes(':')
  const date = isTime ? ANY_DATE : readDate(first)
  if (typeof date === 'string') return date
  const time = readTime(isTime ? text : others.join(' '))
  return typeof time === 'string' ? time : { ...date, ...time }
}

function readDate(text: string): Omit<DateAndTime, 'hour' | 'minute' | 'second' | 'time'> | string {
  const [, year, month, separator, day] = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/.exec(text) ?? []
  if (month === undefined || day === undefined) return noDate(text)
  if (year === undefined && /^\d{4}$/.test(month)) return `${quote(text)} is no date; write ${text}-01`
  const isFromEnd = separator === '~' && day !== '*'
  const fields = readAll([
    [KINDS.year, year ?? '*'],
    [KINDS.month, month],
    [isFromEnd ? KINDS.lastDay : KINDS.day, day],
  ])
  if (typeof fields === 'string') {
    const [, d, m, y] = /^(\d\d?)-(\d\d?)-(\d{4})$/.exec(text) ?? []
    return d === undefined ? fields : `${y} is no day: days go from 1 to 31; write ${y}-${m}-${d}`
  }
  const [years, months, days] = fields
  return { year: years, month: months, day: days, isFromEnd }
}

function noDate(text: string): string {
  const wild = /^(\*\/\d+)/.exec(text)?.[1]
  if (wild !== undefined) return `${quote(text)} is no date; write *-*-1/${wild.slice(2)}`
  if (/^\d\d?$/.test(text)) return `${quote(text)} is no time; write ${text}:00`
  return `${quote(text)} is neither a date such as 2026-11-29 or *-*-01, nor a time such as 04:00`
}

function readTime(text: string): Pick<DateAndTime, 'hour' | 'minute' | 'second' | 'time'> | string {
  const [hour = '', minute, second, ...rest] = (text === '' ? '00:00' : text).split(':')
  if (rest.length > 0) return tooManyColons(text)
  if (minute === undefined) return /^\d\d?$/.test(text) ? `${quote(text)} is no time; write ${text}:00` : noTime(text)
  const fields = readAll([
    [KINDS.hour, hour],
    [KINDS.minute, minute],
    [KINDS.second, second ?? '0'],
  ])
  if (typeof fields === 'string') return / /.test(text) && !fields.includes('write') ? noTime(text) : fields
  const [hours, minutes, seconds] = fields
  return { hour: hours, minute: minutes, second: seconds, time: text }
}

function noTime(text: string): string {
  const word = / (\S+)$/.exec(text)?.[1]
  if (word === undefined || !/^[A-Za-z]/.test(word)) return `${quote(text)} is no time; write one such as 04:00`
  const spelt = isZone(word) ? spelling(word) : word
  return `${quote(word)} is no zone; write ${spelt === word ? 'one such as Europe/Paris' : spelt}`
}

function tooManyColons(text: string): string {
  const words = 'has too many colons: one expression has one time'
  return `${quote(text)} ${words}${text.includes(',') ? '; for two times write two checks' : '; write 04:00'}`
}

function readAll(written: readonly (readonly [CalendarFieldKind, string])[]): readonly CalendarField[] | string {
  const fields: CalendarField[] = []
  for (const [kind, text] of written) {
    const read = readField(kind, text)
    if (typeof read === 'string') return read
    fields.push(read.field)
  }
  return fields
}

/** Seconds since 1970. */
function readEpoch(text: string): DateAndTime | string {
  const seconds = Number(/^@(\d+)$/.exec(text)?.[1])
  const at = new Date(seconds * 1_000)
  const isThere = seconds <= 7_258_118_399
  if (!isThere) return `${quote(text)} is no time; write @ with the seconds since 1970`
  const one = (value: number): CalendarField => [{ text: `${value}`, first: value, last: undefined, step: 0 }]
  return {
    year: one(at.getUTCFullYear()),
    month: one(at.getUTCMonth() + 1),
    day: one(at.getUTCDate()),
    isFromEnd: false,
    hour: one(at.getUTCHours()),
    minute: one(at.getUTCMinutes()),
    second: one(at.getUTCSeconds() * SECOND_US),
    time: '',
  }
}

/** Slips that are of the whole and not of one part. */
function wordsOfWhole(text: string): string | undefined {
  if (/^(@[a-z]+|([\d*][\d*,/-]*\s+){4}\S+)$/.test(text)) return 'this is how cron writes it; leave OnCalendar= out'
  if (/^\d{4}-\d\d?-\d\d?T\d/.test(text)) return `${quote(text)} has a T; write ${text.replace('T', ' ')}`
  return undefined
}

function rejected(error: string): CalendarReading {
  return { kind: 'rejected', error }
}
