import { quote } from '../words/text.ts'

/** One of the five fields of a cron expression. */
export interface FieldKind {
  /** as a person calls one of its values: `minute`, `day of the month` */
  readonly name: string
  readonly low: number
  readonly high: number
  /** names of its values, from `low` on */
  readonly names: readonly string[]
}

/** A part of a field: what stands between two commas. */
export interface FieldPart {
  readonly text: string
  readonly isStar: boolean
  readonly first: number
  readonly last: number
  /** undefined where none is written */
  readonly step: number | undefined
}

/** What cron reads in a field. */
export interface CronField {
  readonly kind: FieldKind
  readonly text: string
  /** Cron looks at the first character alone: `*\/2` and `*,5` have it, `5,*` does not. */
  readonly beginsWithStar: boolean
  /** rising; empty where its ranges hold nothing */
  readonly values: readonly number[]
  readonly parts: readonly FieldPart[]
  /** what cron skips without a word: the `#1` of `MON#1` */
  readonly ignored: string
}

/** The times that a cron expression means. */
export interface CronTimes {
  readonly minute: CronField
  readonly hour: CronField
  readonly day: CronField
  readonly month: CronField
  readonly weekday: CronField
}

/** The five fields, in their order. Sunday is 0 and 7. */
export const FIELDS = {
  minute: { name: 'minute', low: 0, high: 59, names: [] },
  hour: { name: 'hour', low: 0, high: 23, names: [] },
  day: { name: 'day of the month', low: 1, high: 31, names: [] },
  month: {
    name: 'month',
    low: 1,
    high: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  weekday: { name: 'day of the week', low: 0, high: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
} as const satisfies Readonly<Record<string, FieldKind>>

/** A range, its first and last value, and its step. */
const PART = /^(\*|([a-z\d]+)(?:-([a-z\d]*))?)(?:\/([a-z\d]*))?/i

/**
 * Reads a field as Debian's cron does: from left to right, as far as it can, and whatever follows is skipped.
 *
 * @returns the words that say what is wrong and what to write, where cron refuses it
 */
export function readField(kind: FieldKind, text: string): CronField | string {
  const parts: FieldPart[] = []
  let rest = text
  do {
    if (parts.length > 0) rest = rest.slice(1)
    const part = readPart(kind, rest)
    if (typeof part === 'string') return part
    parts.push(part)
    rest = rest.slice(part.text.length)
  } while (rest.startsWith(','))
  return { kind, text, beginsWithStar: text.startsWith('*'), values: valuesOf(kind, parts), parts, ignored: rest }
}

/** Both days have to be right where one of the two fields begins with a star; otherwise either of them is enough. */
export function needsBothDays({ day, weekday }: Pick<CronTimes, 'day' | 'weekday'>): boolean {
  return day.beginsWithStar || weekday.beginsWithStar
}

function readPart(kind: FieldKind, text: string): FieldPart | string {
  const match = PART.exec(text)
  if (match === null) return wrongStart(kind, text)
  const [whole, range = '', from = '', to, step] = match
  const ends = range === '*' ? [kind.low, kind.high] : [readValue(kind, from), readValue(kind, to ?? from)]
  const [first, last] = ends
  if (typeof first !== 'number') return first ?? ''
  if (typeof last !== 'number') return last ?? ''
  const part = { text: whole, isStar: range === '*', first, last, step: undefined }
  if (step === undefined) return part
  const every = readNumber(step)
  if (range !== '*' && to === undefined) {
    return `${quote(whole)}: cron takes a step only after a range; write ${first}-${kind.high}/${every ?? 1}, or ${first} alone`
  }
  if (every === undefined || every === 0) {
    return `${quote(whole)}: the step has to be a number above 0; write ${range}/2, say`
  }
  return { ...part, step: every }
}

/** The values of the parts; a range that ends before it begins holds none, and 7 is Sunday. */
function valuesOf(kind: FieldKind, parts: readonly FieldPart[]): readonly number[] {
  const values = new Set<number>()
  for (const { first, last, step = 1 } of parts) {
    for (let value = first; value <= last; value += step) values.add(kind === FIELDS.weekday ? value % 7 : value)
  }
  return [...values].sort((a, b) => a - b)
}

function readValue(kind: FieldKind, text: string): number | string {
  const named = (kind.names as readonly string[]).indexOf(text.toLowerCase())
  if (named >= 0) return named + kind.low
  const value = readNumber(text)
  if (value === undefined) return wrongName(kind, text)
  if (value >= kind.low && value <= kind.high) return value
  const hint = kind === FIELDS.hour && value === 24 ? '; write 0 for midnight' : ''
  return `${quote(text)} is no ${kind.name}: they go from ${kind.low} to ${kind.high}${hint}`
}

function readNumber(text: string): number | undefined {
  return /^\d{1,900}$/.test(text) ? Number(text) : undefined
}

function wrongStart(kind: FieldKind, text: string): string {
  if (text.startsWith('?')) return `cron knows no "?"; write * for any ${kind.name}`
  const where = text === '' ? 'at its end' : `before ${quote(text)}`
  return `a ${kind.name} is missing ${where}; write ${example(kind)}`
}

function wrongName(kind: FieldKind, text: string): string {
  if (text === '') return `a range of the ${kind.name} has no end; write both ends, such as ${kind.low}-${kind.high}`
  const short = text.slice(0, 3)
  if ((kind.names as readonly string[]).includes(short.toLowerCase())) {
    return `${quote(text)} is no ${kind.name}: cron knows names by three letters; write ${short.toUpperCase()}`
  }
  return `${quote(text)} is no ${kind.name}: ${otherDialect(kind, text) ?? `write ${example(kind)}`}`
}

/** What Quartz, Jenkins and others have, and cron has not. */
function otherDialect(kind: FieldKind, text: string): string | undefined {
  if (/^h$/i.test(text)) return `cron has no H that chooses one; write ${example(kind)}`
  if (kind === FIELDS.day && /^l$/i.test(text))
    return 'cron cannot say the last day; write 28-31, or 1 for the day after'
  if (kind === FIELDS.day && /^(\d+|l)w$/i.test(text)) return 'cron knows no nearest working day; write the day itself'
  if (kind === FIELDS.weekday && /^\d?l$/i.test(text)) {
    return 'cron cannot say the last one of a month; write the weekday itself'
  }
  return undefined
}

function example({ low, high, names }: FieldKind): string {
  const [first] = names
  return `* for all, or from ${low} to ${high}${first === undefined ? '' : `, or ${first.toUpperCase()} and so on`}`
}
