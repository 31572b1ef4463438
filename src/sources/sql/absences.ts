import { partsOfTable } from '../../core/find/table-name.ts'
import type { Reading } from '../../core/types.ts'
import type { Connection } from '../../drivers/driver.ts'
import { nameOf } from '../value.ts'
import { isNothing } from './lacking.ts'
import type { SqlCheck } from './look.ts'
import { LOOKING_MS, tablesIn, unlessFailed } from './names.ts'
import type { Question } from './question.ts'

type Readings = ReadonlyMap<string, readonly Reading[]>

/**
 * Asks a database why it brings nothing, where it may know: a table from which it hides rows, zones that it lacks.
 *
 * @param lacking the checks of the question that found nothing where something ought to be
 * @returns the same readings, those that found nothing with what to do
 */
export async function explainAbsences(
  readings: Readings,
  { question, lacking }: { readonly question: Question; readonly lacking: readonly SqlCheck[] },
  connection: Connection,
): Promise<Readings> {
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
