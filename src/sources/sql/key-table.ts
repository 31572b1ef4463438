import { matchesParts, partsOfKey } from '../../core/find/key-pattern.ts'
import { partsOfTable } from '../../core/find/table-name.ts'
import type { RawValue, Reading } from '../../core/types.ts'
import type { Dialect, QueryResult } from '../../drivers/driver.ts'
import { type Extracted, extractAll, extractOne } from '../extract.ts'
import { type Clocks, invalidReading, nameOf, readingOf } from '../value.ts'
import type { KeyLook, SqlCheck } from './look.ts'
import type { Question } from './question.ts'
import { readRows, tooManyRows } from './rows.ts'

/** Rows beyond two a key that are read before a table counts as having no unique keys. */
const SPARE_ROWS = 10

/** In LIKE patterns: a character that no database takes for anything by itself. */
const ESCAPE = '!'

/** Checks of one table and its columns, each with a key of its own: one query for all of them. */
export function keysQuestion(checks: readonly SqlCheck[]): Question | undefined {
  const looks = checks.flatMap(({ look }) => (look.kind === 'key' ? [look] : []))
  const [look] = looks
  if (look === undefined) return undefined
  const keys = [...new Set(looks.map(({ key }) => key))]
  // A key that has many rows must not fill the memory.
  const limit = 2 * keys.length + SPARE_ROWS
  return {
    checks,
    options: {},
    statement: (dialect) => {
      const condition = dialect.isOneOf(keyColumn(dialect, look), keys.length)
      return { sql: keyQuery(dialect, look, { condition, limit }), parameters: dialect.listParameters(keys) }
    },
    read: async (result, { readAt, signal }) => {
      const clocks = clocksOf(result, readAt)
      const rowsOf = rowFinder(valuesByKey(result), new Set(keys))
      const isCutOff = result.rows.length >= limit
      const readings = new Map<string, readonly Reading[]>()
      for (const check of checks) {
        if (check.look.kind !== 'key') continue
        const found = rowsOf(check.look.key)
        const value = found.length === 1 ? found[0] : undefined
        // Without a pattern nothing is waited for: of ten thousand each turn would count.
        const extracted =
          value && (check.pattern === undefined ? extractOne(check, value) : await search(check, value, signal))
        readings.set(check.name, [readKey(check, check.look, { rows: found.length, extracted, clocks, isCutOff })])
      }
      return { clocks, readings }
    },
    ...(checks.length > 1 && {
      halves: () =>
        halvesOf(checks)
          .map(keysQuestion)
          .filter((half) => half !== undefined),
    }),
  }
}

/** A check of all keys that are like a pattern. */
export function patternQuestion(check: SqlCheck, look: KeyLook): Question {
  const maxRows = check.many?.maxRows ?? Number.MAX_SAFE_INTEGER
  const parts = partsOfKey(look.key)
  return {
    checks: [check],
    options: {},
    statement: (dialect) => {
      const condition = `${dialect.asText(keyColumn(dialect, look))} LIKE ${dialect.firstParameter} ESCAPE '${ESCAPE}'`
      return { sql: keyQuery(dialect, look, { condition, limit: maxRows + 1 }), parameters: [likeOf(parts)] }
    },
    read: async (result, { readAt, signal }) => {
      const clocks = clocksOf(result, readAt)
      // Cut off: keys that are meant may be among those that were not read, whatever those are that were.
      if (result.rows.length > maxRows) return { clocks, readings: new Map([[check.name, [tooManyRows(maxRows)]]]) }
      const rows = result.rows.flatMap(([, name, value]) => {
        // A collation may not mind capitals, where the pattern does.
        const isMeant =
          name !== undefined && value !== undefined && name.text !== null && matchesParts(name.text, parts)
        return isMeant ? [{ name, value }] : []
      })
      return { clocks, readings: new Map([[check.name, await readRows(check, rows, { clocks, signal })]]) }
    },
  }
}

function likeOf(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(/[%_!]/g, `${ESCAPE}$&`)).join('%')
}

function halvesOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(all.length / 2)
  return [all.slice(0, middle), all.slice(middle)]
}

function keyColumn(dialect: Dialect, look: KeyLook): string {
  return `t.${dialect.quote(look.keyColumn)}`
}

/** Brings the database's time even where no key is there, since it is joined to it and not the other way round. */
function keyQuery(
  dialect: Dialect,
  look: KeyLook,
  { condition, limit }: { readonly condition: string; readonly limit: number },
): string {
  const table = partsOfTable(look.table).map(dialect.quote).join('.')
  const value = `t.${dialect.quote(look.valueColumn)}`
  return (
    `SELECT c.now, ${keyColumn(dialect, look)} AS name, ${value} AS value ` +
    `FROM (SELECT ${dialect.now} AS now) c LEFT JOIN ${table} t ON ${condition} LIMIT ${limit}`
  )
}

function clocksOf({ rows }: QueryResult, readAt: Date): Clocks {
  return { asOf: new Date(Number(rows[0]?.[0]?.text ?? Number.NaN) * 1_000), readAt }
}

function valuesByKey({ rows }: QueryResult): ReadonlyMap<string, readonly RawValue[]> {
  const values = new Map<string, RawValue[]>()
  for (const [, name, value] of rows) {
    if (name === undefined || value === undefined || name.text === null) continue
    const known = values.get(name.text)
    if (known === undefined) values.set(name.text, [value])
    else known.push(value)
  }
  return values
}

type Values = ReadonlyMap<string, readonly RawValue[]>

/** Finds the rows of a key. */
function rowFinder(values: Values, keys: ReadonlySet<string>): (key: string) => readonly RawValue[] {
  /** rows of no key, as it is written: looked for once, however many keys have none */
  let others: Values | undefined
  return (key) => {
    const found = values.get(key)
    if (found !== undefined) return found
    others ??= new Map([...values].filter(([name]) => !keys.has(name)))
    return others.size === 0 ? [] : nearestOf(key, others)
  }
}

/** What the database took for equal to the key: a char(n) column is padded, and a collation may mind less than we do. */
function nearestOf(key: string, others: Values): readonly RawValue[] {
  const folded = key.trimEnd().toLowerCase()
  const near = [...others].find(([name]) => name.trimEnd().toLowerCase() === folded)
  if (near !== undefined) return near[1]
  // As the collations of MySQL and MariaDB compare that mind neither capitals nor accents.
  const { compare } = new Intl.Collator('en', { sensitivity: 'base' })
  return [...others].find(([name]) => compare(name.trimEnd(), key.trimEnd()) === 0)?.[1] ?? []
}

async function search(check: SqlCheck, value: RawValue, signal: AbortSignal): Promise<Extracted | undefined> {
  const [found] = await extractAll(check, [value], signal)
  return found
}

const TOO_MANY_ROWS = invalidReading('not found among far more rows than keys; a key must be unique')

interface RowsOfKey {
  readonly rows: number
  /** of the only row */
  readonly extracted: Extracted | undefined
  readonly clocks: Clocks
  /** there may be more rows than were read */
  readonly isCutOff: boolean
}

function readKey(check: SqlCheck, { key, table }: KeyLook, { rows, extracted, clocks, isCutOff }: RowsOfKey): Reading {
  if (rows === 0 && isCutOff) return TOO_MANY_ROWS
  if (rows > 1) return invalidReading(`${rows} rows have the key ${nameOf(key)}; one was expected`)
  if (extracted === undefined) return { kind: 'absent', why: `no row for key ${nameOf(key)} in ${nameOf(table)}` }
  return readingOf(check, extracted, { label: () => nameOf(key), clocks })
}
