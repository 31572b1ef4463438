import { utc } from '@date-fns/utc/utc'
import { formatISO } from 'date-fns/formatISO'
import { systemZone } from '../../config/read/system-zone.ts'
import { readerFor } from '../../core/time/schedule-reader.ts'
import type { Schedule } from '../../core/time/scheduled.ts'
import { formatInstant } from '../../core/time/zone.ts'
import { type Code, complain, type World } from '../world.ts'

/** The options of `schedule`. */
export interface ScheduleOptions {
  readonly timezone?: string
  readonly from?: Date
  readonly count?: number
  readonly previous?: boolean
  readonly format?: 'text' | 'json'
}

const COUNT = 5

/** Prints when a schedule is due next, and, if that is wanted, when it was due before. */
export async function scheduleCommand(expression: string, options: ScheduleOptions, world: World): Promise<Code> {
  const parse = await readerFor([expression])
  const parsed = parse(expression)
  const { timezone: zone = systemZone(), from = new Date(), count = COUNT } = options
  if (parsed.kind === 'rejected') {
    const { error } = parsed
    if (options.format === 'json') world.stdout.write(`${JSON.stringify({ accepted: false, error })}\n`)
    else complain(world, `${expression}: ${error}`)
    return 3
  }
  const { schedule, warnings } = parsed
  const next = dueTimes(schedule.nextDue, { zone, from, count })
  const previous = options.previous === true ? dueTimes(schedule.previousDue, { zone, from, count }) : []
  if (options.format === 'json') {
    world.stdout.write(
      `${JSON.stringify({ accepted: true, next: next.map(write), previous: previous.map(write), warnings })}\n`,
    )
    return 0
  }
  const lines = [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...previous.map((due) => `was due   ${formatInstant(due, zone)}`).toReversed(),
    ...next.map((due) => `next due  ${formatInstant(due, zone)}`),
    ...(next.length === 0 ? ['never due'] : []),
  ]
  for (const line of lines) world.stdout.write(`${line}\n`)
  return 0
}

function write(instant: Date): string {
  return formatISO(instant, { in: utc })
}

function dueTimes(
  find: Schedule['nextDue'],
  { zone, from, count }: { readonly zone: string; readonly from: Date; readonly count: number },
): readonly Date[] {
  const times: Date[] = []
  for (let due = find(zone, from); due !== undefined && times.length < count; due = find(zone, due)) times.push(due)
  return times
}
