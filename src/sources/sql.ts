import { FaultError } from '../core/errors.ts'
import type { Answer, Clock, Source } from '../core/ports.ts'
import { clean, quote, shorten } from '../core/text.ts'
import { parseTimestamp } from '../core/timestamp.ts'
import type { Check, Fault, RawValue, Reading, Seconds } from '../core/types.ts'
import type { Connection, Dialect, QueryResult } from '../drivers/driver.ts'
import { withDatabase } from '../drivers/open.ts'
import type { DatabaseTarget } from '../drivers/target.ts'

/** The shortest time that a query is given, however little is left. */
const LEAST_QUERY_MS = 100

/** Rows beyond two a key that are read before a table counts as having no unique keys. */
const SPARE_ROWS = 10

/**
 * A database: reads the keys of each table in one query, which brings the database's own time as well.
 *
 * @param options.timeout for everything that is asked of it in one run; by default as long as the run reads
 */
export function createSqlSource(
  name: string,
  target: DatabaseTarget,
  { timeout }: { readonly timeout: Seconds },
): Source {
  return {
    name: `database:${name}`,
    read: async (checks, { signal, clock }) => {
      const end = performance.now() + timeout * 1_000
      const leftMs = (): number => Math.max(LEAST_QUERY_MS, end - performance.now())
      const ending = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeout * 1_000))])
      try {
        return await withDatabase(target, { signal: ending, timeoutMs: leftMs() }, (connection) =>
          readTables(connection, checks, { leftMs, clock }),
        )
      } catch (error) {
        if (!(error instanceof FaultError)) throw error
        return { fault: { ...error.fault, scope: 'database' }, readings: new Map() }
      }
    },
  }
}

interface Reader {
  /** what is left of the database's time */
  leftMs(): number
  readonly clock: Clock
}

async function readTables(connection: Connection, checks: readonly Check[], reader: Reader): Promise<Answer> {
  const groups = byTable(checks)
  const readings = new Map<string, Reading>()
  let clocks: Answer['clocks']
  let hadTimeout = false
  for (const [index, group] of groups.entries()) {
    const left = groups.length - index
    // One that is locked must leave time for the others; once it has happened, they share what there is.
    const share = left === 1 ? 1 : hadTimeout ? left : 2
    const answer = await readTable(connection, group, { ...reader, timeoutMs: Math.floor(reader.leftMs() / share) })
    hadTimeout ||= answer.fault?.kind === 'timeout'
    clocks ??= answer.clocks
    for (const [check, reading] of answer.readings) readings.set(check, reading)
  }
  return { readings, ...(clocks === undefined ? {} : { clocks }) }
}

/** Checks that one query can answer. */
function byTable(checks: readonly Check[]): readonly (readonly Check[])[] {
  const groups = new Map<string, Check[]>()
  for (const check of checks) {
    const { table, keyColumn, valueColumn } = check.place
    const place = JSON.stringify([table, keyColumn, valueColumn])
    const group = groups.get(place)
    if (group === undefined) groups.set(place, [check])
    else group.push(check)
  }
  return [...groups.values()]
}

async function readTable(
  connection: Connection,
  checks: readonly Check[],
  reader: Reader & { readonly timeoutMs: number },
): Promise<Answer> {
  const keys = [...new Set(checks.map(({ place }) => place.key))]
  try {
    // A key that has many rows must not fill the memory.
    const limit = 2 * keys.length + SPARE_ROWS
    const sql = keyQuery(connection.dialect, checks, { count: keys.length, limit })
    const parameters = connection.dialect.listParameters(keys)
    const result = await connection.query(sql, parameters, { timeoutMs: reader.timeoutMs })
    return readingsOf(checks, result, { limit, readAt: reader.clock.now() })
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const { fault } = error
    return { fault, readings: new Map(checks.map((check) => [check.name, { kind: 'fault', fault }])) }
  }
}

/** Brings the database's time even where no key is there, since it is joined to it and not the other way round. */
function keyQuery(
  dialect: Dialect,
  [check]: readonly Check[],
  { count, limit }: { readonly count: number; readonly limit: number },
): string {
  if (check === undefined) throw new RangeError('a query needs a check')
  const table = check.place.table.split('.').map(dialect.quote).join('.')
  const key = `t.${dialect.quote(check.place.keyColumn)}`
  const value = `t.${dialect.quote(check.place.valueColumn)}`
  return (
    `SELECT c.now, ${key} AS name, ${value} AS value ` +
    `FROM (SELECT ${dialect.now} AS now) c LEFT JOIN ${table} t ON ${dialect.isOneOf(key, count)} LIMIT ${limit}`
  )
}

function readingsOf(
  checks: readonly Check[],
  { rows }: QueryResult,
  { limit, readAt }: { readonly limit: number; readonly readAt: Date },
): Answer {
  const clocks = { asOf: new Date(Number(rows[0]?.[0]?.text ?? Number.NaN) * 1_000), readAt }
  const values = new Map<string, RawValue[]>()
  for (const [, name, value] of rows) {
    if (name === undefined || value === undefined || name.text === null) continue
    const known = values.get(name.text)
    if (known === undefined) values.set(name.text, [value])
    else known.push(value)
  }
  const keys = new Set(checks.map(({ place }) => place.key))
  const readings = checks.map((check): [string, Reading] => {
    const found = rowsOf(check.place.key, values, keys)
    if (found.length === 0 && rows.length >= limit) return [check.name, TOO_MANY_ROWS]
    return [check.name, readingOf(check, found, clocks)]
  })
  return { clocks, readings: new Map(readings) }
}

/** What the database took for equal to the key: a char(n) column is padded, and a collation may not mind capitals. */
function rowsOf(
  key: string,
  values: ReadonlyMap<string, readonly RawValue[]>,
  keys: ReadonlySet<string>,
): readonly RawValue[] {
  const folded = key.trimEnd().toLowerCase()
  const isMeant = (name: string): boolean => !keys.has(name) && name.trimEnd().toLowerCase() === folded
  return values.get(key) ?? [...values].find(([name]) => isMeant(name))?.[1] ?? []
}

const TOO_MANY_ROWS: Reading = {
  kind: 'fault',
  fault: { kind: 'invalid', scope: 'check', message: 'not found among far more rows than keys; a key must be unique' },
}

function readingOf(
  check: Check,
  values: readonly RawValue[],
  clocks: { readonly asOf: Date; readonly readAt: Date },
): Reading {
  const { key, table } = check.place
  const [value] = values
  if (value === undefined) return { kind: 'absent', why: `no row for key ${nameOf(key)} in ${nameOf(table)}` }
  if (values.length > 1) return invalid(`${values.length} rows have the key ${nameOf(key)}; one was expected`)
  const timestamp = parseTimestamp(value, check)
  switch (timestamp.kind) {
    case 'instant':
      return { kind: 'beat', at: timestamp.at, ...clocks }
    case 'never':
      return { kind: 'absent', why: `${nameOf(key)} says that it has never been (${timestamp.why})` }
    case 'invalid':
      return invalid(`${nameOf(key)}: ${timestamp.why}`)
  }
}

function invalid(message: string): Reading {
  const fault: Fault = { kind: 'invalid', scope: 'check', message }
  return { kind: 'fault', fault }
}

function nameOf(written: string): string {
  const short = shorten(clean(written))
  return /^[\w.$-]+$/.test(short) ? short : quote(written)
}
