import type { Answer } from '../../core/ports.ts'
import { clean, fewOf } from '../../core/words/text.ts'
import type { Question } from './question.ts'

/**
 * Gathers which checks have SQL of one's own that ran in a zone that is not UTC and that nobody has chosen: an earlier
 * version asked all of it in UTC, and who relied on that must not find out by an alert that does not come.
 *
 * @param database its name in the configuration
 */
export function createZoneRemarks(database: string) {
  const checksOf = new Map<string, string[]>()
  return {
    add: (zone: string | undefined, { checks }: Pick<Question, 'checks'>): void => {
      if (zone === undefined) return
      checksOf.set(zone, [...(checksOf.get(zone) ?? []), ...checks.map(({ name }) => name)])
    },
    found: (): Pick<Answer, 'remarks'> => {
      if (checksOf.size === 0) return {}
      const remarks = [...checksOf].map(([zone, checks]) => ({
        key: JSON.stringify(['zone', database, zone, checks.toSorted()]),
        text:
          `database ${database}: the SQL of ${fewOf(checks, MOST_NAMES)} runs in the server's zone, ${clean(zone)}, and no ` +
          `longer in UTC; choose one: ${CHOICES}`,
      }))
      return { remarks }
    },
  }
}

/** How many checks are named: there may be ten thousand. */
const MOST_NAMES = 10

const CHOICES = 'session: { time_zone: … } in the file, PGTZ, or time_zone=… in a MySQL URL'
