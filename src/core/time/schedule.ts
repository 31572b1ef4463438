import { Cron } from 'croner'
import { readCron } from './cron.ts'
import { type CronField, type CronTimes, needsBothDays } from './cron-field.ts'
import type { ParsedSchedule } from './parsed-schedule.ts'
import type { Schedule } from './scheduled.ts'

/**
 * Reads a schedule as Debian's cron does. When the clock is put forward, what is due at a fixed hour and minute in the
 * gap is due right after it; when it is put back, it is not due twice. Where the minute or the hour begins with a `*`
 * it is the other way round.
 *
 * Loads croner: imported only where there is a schedule.
 *
 * @param expression five fields, or a name such as `@daily`
 */
export function parseSchedule(expression: string): ParsedSchedule {
  const reading = readCron(expression)
  switch (reading.kind) {
    case 'rejected':
      return reading
    case 'never':
      return { kind: 'schedule', schedule: never(expression), warnings: reading.warnings }
    case 'times':
      return { kind: 'schedule', schedule: scheduleOf(expression, reading.times), warnings: reading.warnings }
  }
}

/** No search: it would go on to the end of the calendar. */
function never(expression: string): Schedule {
  return { expression, nextDue: () => undefined, previousDue: () => undefined }
}

function scheduleOf(expression: string, times: CronTimes): Schedule {
  const crons = new Map<string, Cron>()
  const cronIn = (zone: string): Cron => {
    const cron = crons.get(zone) ?? cronOf(times, zone)
    crons.set(zone, cron)
    return cron
  }
  return {
    expression,
    nextDue: remembering((zone, from) => cronIn(zone).nextRun(from) ?? undefined),
    previousDue: remembering((zone, from) => cronIn(zone).previousRuns(1, from)[0]),
  }
}

/** Ten thousand rows of a check are read at one instant, and ask the same. */
function remembering(find: Schedule['nextDue']): Schedule['nextDue'] {
  let last: { readonly zone: string; readonly from: number; readonly due: Date | undefined } | undefined
  return (zone, from) => {
    if (last?.zone !== zone || last.from !== from.getTime()) {
      last = { zone, from: from.getTime(), due: find(zone, from) }
    }
    return last.due
  }
}

/** The same times in croner's words; its own reading of an expression differs from Debian's in many ways. */
function cronOf(times: CronTimes, timezone: string): Cron {
  const { minute, hour, day, month, weekday } = times
  const isWild = minute.beginsWithStar || hour.beginsWithStar
  // An empty list cannot be written. Where the other day is enough, what remains is that other day.
  const hasBoth = day.values.length > 0 && weekday.values.length > 0
  const pattern = [
    isWild ? wildListOf(minute, 60) : valuesOf(minute),
    isWild ? wildListOf(hour, 24) : valuesOf(hour),
    hasBoth ? valuesOf(day) : day.values.join(',') || '*',
    valuesOf(month),
    hasBoth ? valuesOf(weekday) : weekday.values.join(',') || '*',
  ].join(' ')
  const domAndDow = needsBothDays(times) || !hasBoth
  const fixedTimeRule = isWild ? 'single-value' : 'no-wildcard'
  return new Cron(pattern, { timezone, domAndDow, fixedTimeRule, mode: '5-part', paused: true })
}

function valuesOf({ values }: CronField): string {
  return values.join(',')
}

/** One value alone would make it a fixed time for croner, unless it is written with a star. */
function wildListOf(field: CronField, round: number): string {
  return field.beginsWithStar && field.values.length === 1 ? `*/${round}` : valuesOf(field)
}
