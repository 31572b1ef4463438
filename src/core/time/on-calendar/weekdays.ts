import { nearest, quote } from '../../words/text.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const SHORT = DAYS.map((day) => day.slice(0, 3))
const ALL: ReadonlySet<number> = new Set(DAYS.keys())

/**
 * Reads days of the week: `Mon..Fri`, `Sat,Sun`, also with a `-` as old systemd has it. A comma may end them.
 *
 * @returns Monday is 0; what is wrong, and what to write, where systemd refuses it
 */
export function readWeekdays(text: string): { readonly weekdays: ReadonlySet<number> } | string {
  const weekdays = new Set<number>()
  for (const range of text.replace(/,$/, '').split(',')) {
    const [first = '', last = first, ...rest] = range.split(/\.\.|-/)
    const unknown = rest.length > 0 ? range : [first, last].find((name) => numberOf(name) < 0)
    if (unknown !== undefined) return noDay(unknown, range)
    const [from, to] = [numberOf(first), numberOf(last)]
    if (from > to) return overTheEnd(range, from, to)
    for (let day = from; day <= to; day++) weekdays.add(day)
  }
  return { weekdays: weekdays.size === 0 ? ALL : weekdays }
}

/** What is meant where no days are named. */
export function anyWeekday(): ReadonlySet<number> {
  return ALL
}

/** The name of a day, Monday is 0. */
export function weekdayName(day: number): string {
  return DAYS[day] ?? ''
}

function numberOf(name: string): number {
  const lower = name.toLowerCase()
  return DAYS.findIndex((day) => day.toLowerCase() === lower || day.slice(0, 3).toLowerCase() === lower)
}

function noDay(word: string, range: string): string {
  if (word === '') return `${quote(range)} names no day after the range; write Mon..Fri`
  const near = word.length === 2 ? SHORT.find((day) => day.toLowerCase().startsWith(word.toLowerCase())) : undefined
  return `${quote(word)} is no day of the week; write ${near ?? nearest(word, [...DAYS, ...NAMES]) ?? 'one such as Mon..Fri'}`
}

/** What somebody may have meant who writes one word. */
const NAMES = ['minutely', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'semiannually', 'yearly', 'annually']

function overTheEnd(range: string, from: number, to: number): string {
  const ranges = [
    [from, 6],
    [0, to],
  ].map(([low = 0, high = 0]) => (low === high ? SHORT[low] : `${SHORT[low]}..${SHORT[high]}`))
  return `${quote(range)} runs over the end of the week, which ends on Sunday; write ${ranges.join(',')}`
}
