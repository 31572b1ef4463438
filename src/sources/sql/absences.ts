import { partsOfTable } from '../../core/find/table-name.ts'
import type { Reading } from '../../core/types.ts'
import type { Connection } from '../../drivers/driver.ts'
import { nameOf } from '../value.ts'
import type { SqlCheck } from './look.ts'
import { LOOKING_MS, tablesIn, unlessFailed } from './names.ts'
import type { Question } from './question.ts'

type Readings = ReadonlyMap<string, readonly Reading[]>

/** Asks a database why it brings nothing, where it may know: a table from which it hides rows, zones that it lacks. */
export interface Absences {
  /** the same readings, those that found nothing with what to do */
  explain(readings: Readings, question: Question): Promise<Readings>
}

/** Looks at a database that answers, only where something is missing that ought to be there. */
export function createAbsences(connection: Connection): Absences {
  return {
    explain: async (readings, question) => {
      const lacking = question.checks.filter(
        (check) => check.missing !== 'ok' && readings.get(check.name)?.some((reading) => isNothing(reading, check)),
      )
      if (lacking.length === 0) return readings
      const isWhole = lacking.some((check) =>
        readings.get(check.name)?.some((one) => one.item === undefined && isNothing(one, check)),
      )
      const cure =
        (isWhole ? await hiddenRows(question, connection) : undefined) ?? (await missingZones(question, connection))
      if (cure === undefined) return readings
      const explained = lacking.map((check): [string, readonly Reading[]] => [
        check.name,
        (readings.get(check.name) ?? []).map((reading) => (isNothing(reading, check) ? { ...reading, cure } : reading)),
      ])
      return new Map([...readings, ...explained])
    },
  }
}

/** Of a key a value is there that means never; of SQL nobody knows whether NULL stands for no row. */
function isNothing(reading: Reading, { look, many }: SqlCheck): boolean {
  if (reading.kind === 'absent') return reading.raw === undefined || look.kind === 'query'
  return reading.kind === 'rows' && reading.count < Math.max(1, many?.minRows ?? 0)
}

async function hiddenRows(question: Question, { query, dialect }: Connection): Promise<string | undefined> {
  const { hidesRows } = dialect
  const [check] = question.checks
  if (hidesRows === undefined || check === undefined) return undefined
  const { sql } = question.statement(dialect)
  for (const table of check.look.kind === 'key' ? [check.look.table] : tablesIn(sql)) {
    const name = partsOfTable(table).map(dialect.quote).join('.')
    const result = await unlessFailed(query(hidesRows, [name], { timeoutMs: LOOKING_MS }))
    if (result?.rows[0]?.[0]?.text !== 't') continue
    return `row security may hide rows of ${nameOf(table)} from this user; a policy for SELECT shows them (CREATE POLICY)`
  }
  return undefined
}

async function missingZones(question: Question, { query, dialect }: Connection): Promise<string | undefined> {
  const { lacksZones } = dialect
  if (lacksZones === undefined || !/\bconvert_tz\s*\(/i.test(question.statement(dialect).sql)) return undefined
  const result = await unlessFailed(query(lacksZones, [], { timeoutMs: LOOKING_MS }))
  if (result?.rows[0]?.[0]?.text !== '1') return undefined
  return 'CONVERT_TZ gives NULL for names of zones that the server has not loaded; load them with mysql_tzinfo_to_sql'
}
