import type { Check } from '../../../src/core/check.ts'
import type { Reading } from '../../../src/core/types.ts'
import type { DatabaseTarget, SqlTarget } from '../../../src/drivers/target.ts'
import { createSqlSource } from '../../../src/sources/sql/sql.ts'
import { aCheck } from '../../core/builders.ts'

/**
 * A value in a column of a type, as SQL writes it there, and what it says: an instant as ISO has it, an amount, or
 * words in which its key is `x`.
 */
export type RawCase = readonly [type: string, sql: string, check: Partial<Check>, says: string | number]

/** Where columns without a zone were written in Paris. */
export const PARIS = { storedIn: 'Europe/Paris' } as const
export const AMOUNT = { measure: 'amount' } as const

/** Statements for a key/value table of each type, with a row for each value. */
export function tablesOf(cases: readonly RawCase[]): readonly string[] {
  const create = (type: string, i: number): string =>
    `CREATE TABLE values_${i} (k varchar(20) PRIMARY KEY, v ${type} NULL)`
  const insert = ([type, sql]: RawCase, i: number): string =>
    `INSERT INTO values_${typesOf(cases).indexOf(type)} VALUES ('key-${i}', ${sql})`
  return [...typesOf(cases).map(create), ...cases.map(insert)]
}

function typesOf(cases: readonly RawCase[]): readonly string[] {
  return [...new Set(cases.map(([type]) => type))]
}

/** What each value says, read through one connection with one query for each type. */
export async function readAll(
  target: DatabaseTarget,
  cases: readonly RawCase[],
): Promise<readonly (string | number)[]> {
  const checks = cases.map(([type, , changes], i) => {
    const table = `values_${typesOf(cases).indexOf(type)}`
    const key = { kind: 'key', table, keyColumn: 'k', valueColumn: 'v', key: `key-${i}`, rows: 'one' } as const
    return aCheck({ name: key.key, source: 'app', look: key, ...changes })
  })
  const source = createSqlSource('app', target as SqlTarget, { timeout: 20 })
  const { readings } = await source.read(checks, {
    signal: new AbortController().signal,
    clock: { now: () => new Date() },
  })
  return checks.map(({ name }) => saysOf(readings.get(name)?.[0], name))
}

function saysOf(reading: Reading | undefined, key: string): string | number {
  if (reading === undefined) return 'nothing'
  switch (reading.kind) {
    case 'beat':
      return reading.at.toISOString()
    case 'amount':
      return typeof reading.value === 'bigint' ? String(reading.value) : reading.value
    case 'endless':
      return `never due: ${reading.why}`
    case 'absent':
      return reading.why.replace(key, 'x')
    case 'rows':
      return `${reading.count} rows`
    case 'judged':
      return reading.summary
    case 'fault':
      return reading.fault.message.replace(key, 'x')
  }
}
