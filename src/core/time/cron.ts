import { own } from '../own.ts'
import { nearest, quote } from '../words/text.ts'
import { type CronField, type CronTimes, FIELDS, type FieldKind, needsBothDays, readField } from './cron-field.ts'
import { warningsOf } from './cron-warnings.ts'

/** What Debian's cron makes of an expression. */
export type CronReading =
  | { readonly kind: 'times'; readonly times: CronTimes; readonly warnings: readonly string[] }
  /** accepted, and not due at any time */
  | { readonly kind: 'never'; readonly warnings: readonly string[] }
  /** what is wrong, and what to write */
  | { readonly kind: 'rejected'; readonly error: string }

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/** What a timer of systemd has, and a crontab has not. */
const CALENDAR = /\d:\d|\*-|~|\.\.|^(minute|hour|dai|week|month|quarter|year|annual|semiannual)ly$/i

/** No crontab has a longer line. */
const LONGEST = 1_000

/** The longest that each month gets. */
const MONTH_LENGTHS: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Reads an expression as Debian's cron reads a line of a crontab, which is more forgiving than it should be: what it
 * accepts and probably does not mean what was meant has warnings.
 *
 * @param expression five fields, or a name such as `@daily`
 * @see https://manpages.debian.org/crontab.5
 */
export function readCron(expression: string): CronReading {
  // Like cron: blanks are spaces and tabs. What YAML leaves at the end of a block is forgiven.
  const text = expression.replace(/[\r\n]+$/, '').replaceAll(/^[ \t]+|[ \t]+$/g, '')
  if (text.length > LONGEST) return rejected(`it has ${text.length} characters; write the five fields alone`)
  if (/[\r\n]/.test(text)) return rejected('it has several lines; write one')
  if (text === '') return rejected('it is empty; write five fields such as 0 4 * * *, or @daily')
  if (text.startsWith('@')) return readNickname(text)
  const [minute, hour, day, month, weekday, ...rest] = text.split(/[ \t]+/)
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined) {
    const count = text.split(/[ \t]+/).length
    const words = 'minute, hour, day of the month, month, day of the week'
    const calendar = CALENDAR.test(text) ? `; as systemd has it, write OnCalendar=${text}` : ''
    return rejected(`it has ${count === 1 ? 'one field' : `${count} fields`}, and cron wants five: ${words}${calendar}`)
  }
  if (rest[0]?.startsWith('*')) return rejected(tooManyFields([hour, day, month, weekday, rest[0]]))
  return readFields({ minute, hour, day, month, weekday }, rest.join(' '))
}

/** Cron takes a sixth field for the command, and refuses one that begins with a star as a slip. */
function tooManyFields(fieldsOfSeconds: readonly string[]): string {
  return `it has more than five fields, and cron knows no seconds; write ${quote(fieldsOfSeconds.join(' ')).slice(1, -1)}, if the first were the seconds`
}

function readNickname(text: string): CronReading {
  const [name = '', ...rest] = text.split(/[ \t]+/)
  if (name === '@reboot') {
    return { kind: 'never', warnings: ['"@reboot" is due when the host starts, and so at no time of the clock'] }
  }
  const meant = own(NICKNAMES, name)
  if (meant !== undefined) {
    const reading = readCron(meant)
    return reading.kind === 'times' ? { ...reading, warnings: warningsOfRest(rest.join(' ')) } : reading
  }
  const near = nearest(name, Object.keys(NICKNAMES))
  const known = Object.keys(NICKNAMES).join(', ')
  return rejected(
    `cron knows no ${quote(name)}; write ${near ?? `one of ${known}, or five fields such as */5 * * * *`}`,
  )
}

function readFields(written: Readonly<Record<keyof CronTimes, string>>, rest: string): CronReading {
  const problems: string[] = []
  const read = (kind: FieldKind, text: string): CronField => {
    const field = readField(kind, text)
    if (typeof field !== 'string') return field
    problems.push(field)
    return { kind, text, beginsWithStar: false, values: [], parts: [], ignored: '' }
  }
  const times = {
    minute: read(FIELDS.minute, written.minute),
    hour: read(FIELDS.hour, written.hour),
    day: read(FIELDS.day, written.day),
    month: read(FIELDS.month, written.month),
    weekday: read(FIELDS.weekday, written.weekday),
  }
  if (problems.length > 0) return rejected(problems.join('; '))
  const warnings = [...warningsOf(times, comes(times)), ...warningsOfRest(rest)]
  return comes(times) ? { kind: 'times', times, warnings } : { kind: 'never', warnings }
}

function warningsOfRest(rest: string): readonly string[] {
  if (rest === '') return []
  return [`${quote(rest)} is no part of the schedule: cron takes what follows it for the command; leave it out`]
}

/** Whether there is any such time in the calendar. */
function comes(times: CronTimes): boolean {
  const { minute, hour, day, month, weekday } = times
  if ([minute, hour, month].some(({ values }) => values.length === 0)) return false
  const isOnSomeDay = month.values.some((number) =>
    day.values.some((value) => value <= (MONTH_LENGTHS[number - 1] ?? 0)),
  )
  const isOnSomeWeekday = weekday.values.length > 0
  return needsBothDays(times) ? isOnSomeDay && isOnSomeWeekday : isOnSomeDay || isOnSomeWeekday
}

function rejected(error: string): CronReading {
  return { kind: 'rejected', error }
}
