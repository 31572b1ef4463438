import { tzOffset } from '@date-fns/tz/tzOffset'
import type { ParsedSchedule } from '../parsed-schedule.ts'
import type { Schedule } from '../scheduled.ts'
import { instantOfLocal } from '../zone.ts'
import { readOnCalendar } from './grammar.ts'
import { type Walls, wallsOf } from './walls.ts'
import { warningsOf } from './warnings.ts'

/**
 * Reads a schedule as systemd's timers do. A time that the clock skips is left out that day, and one that it shows twice
 * is due at the first: that is what a timer does which has been running all the time.
 *
 * Loaded only where there is such a schedule.
 *
 * @param expression what stands behind `OnCalendar=`; with a zone at its end it is of that zone, whichever is asked for
 */
export function parseOnCalendar(expression: string): ParsedSchedule {
  const reading = readOnCalendar(expression)
  if (reading.kind === 'rejected') return reading
  const { spec } = reading
  const walls = wallsOf(spec)
  const written = `OnCalendar=${expression.trim()}`
  return { kind: 'schedule', schedule: scheduleOf(written, walls, spec.zone), warnings: warningsOf(spec, walls) }
}

function scheduleOf(expression: string, walls: Walls, own: string | undefined): Schedule {
  return {
    expression,
    nextDue: (given, from) => {
      const zone = own ?? given
      let wall = walls.after(wallOf(from, zone))
      while (wall !== undefined) {
        const due = instantOf(wall, zone)
        if (due !== undefined && due > from) return due
        wall = walls.after(wall)
      }
      return undefined
    },
    previousDue: (given, from) => {
      const zone = own ?? given
      const local = wallOf(from, zone)
      // In an hour that the clock shows for the second time, all of the first lies behind.
      const again = from.getTime() - instantOfLocal(local, zone).getTime()
      let wall = walls.before(local + Math.max(0, again) + 1)
      while (wall !== undefined) {
        const due = instantOf(wall, zone)
        if (due !== undefined && due < from) return due
        wall = walls.before(wall)
      }
      return undefined
    },
  }
}

/** The time on the wall, as if it were UTC. */
function wallOf(instant: Date, zone: string): number {
  return instant.getTime() + tzOffset(zone, instant) * 60_000
}

/** When the wall shows that time for the first time; undefined where the clock skips it. */
function instantOf(wall: number, zone: string): Date | undefined {
  const instant = instantOfLocal(wall, zone)
  return wallOf(instant, zone) === wall ? instant : undefined
}
