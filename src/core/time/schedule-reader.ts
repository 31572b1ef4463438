import type { ParsedSchedule } from './parsed-schedule.ts'

/** What reads the schedules of a run. */
export type ScheduleReader = (expression: string) => ParsedSchedule

const ON_CALENDAR = /^\s*OnCalendar\s*=/i

/**
 * A reader for these expressions: as systemd reads them where they begin with `OnCalendar=`, otherwise as cron does.
 * Each of the two is loaded only where one of them needs it.
 *
 * @param expressions all that it will be asked for; what is no text is left to whoever looks at the rest
 */
export async function readerFor(expressions: readonly unknown[]): Promise<ScheduleReader> {
  const texts = expressions.filter((expression) => typeof expression === 'string')
  const hasCalendar = texts.some((text) => ON_CALENDAR.test(text))
  const isAllCalendar = hasCalendar && texts.every((text) => ON_CALENDAR.test(text))
  const calendar = hasCalendar ? (await import('./on-calendar/on-calendar.ts')).parseOnCalendar : undefined
  const cron = isAllCalendar ? undefined : (await import('./schedule.ts')).parseSchedule
  return (expression) => {
    const parse = ON_CALENDAR.test(expression) ? calendar : cron
    if (parse === undefined) throw new Error(`no reader was loaded for ${expression}`)
    return parse(expression.replace(ON_CALENDAR, ''))
  }
}
