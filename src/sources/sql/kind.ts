import { EXTRACTION, extractionProblems } from '../../core/find/extraction.ts'
import { partsOfKey } from '../../core/find/key-pattern.ts'
import { MEASURES } from '../../core/judge/severity.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { oneOf, parameters, text } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { nearest, shorten } from '../../core/words/text.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import type { SqlLook } from './look.ts'
import { createSqlSource } from './sql.ts'

const sql = (about: string) => optional(() => text({ about, example: 'SELECT …' }))

const KEYS = {
  database: text({ about: 'the database to look into', example: 'the name of one of the databases' }),
  key: optional(() =>
    text({ about: 'the key of the row that is watched, or of many, as in last_*', example: 'last_alive' }),
  ),
  table: optional(() => text({ about: 'the key/value table (default runtime_info)', example: 'runtime_info' })),
  key_column: optional(() => text({ about: 'its column of keys (default rt_key)', example: 'rt_key' })),
  value_column: optional(() => text({ about: 'its column of values (default rt_value)', example: 'rt_value' })),
  query: sql('a query that brings one value, in place of a key'),
  rows: sql('a query that brings many rows: name, at[, warning][, critical]; each is watched by itself'),
  params: optional(() => parameters({ about: 'what is bound to the parameters of query or rows' })),
  ...EXTRACTION,
  measure: optional(() => oneOf(MEASURES, { about: 'what the value is: a time, or a number (default age)' })),
}

/** What names what is looked at: one of these. */
const PLACES = ['key', 'query', 'rows'] as const

/** Keys that mean something with some of them only. */
const NEEDS: readonly (readonly [key: string, isFitting: (entry: unknown) => boolean, needs: string])[] = [
  ...['table', 'key_column', 'value_column'].map((key) => [key, (entry: unknown) => has(entry, 'key'), 'key'] as const),
  ['params', (entry) => has(entry, 'query') || has(entry, 'rows'), 'query or rows'],
]

const NO_PLACE = 'does not say what to look at; write key: last_alive, query: SELECT …, rows: SELECT … or job: backup'

/** How much of a query a person reads. */
const SQL_LENGTH = 120

/** A key/value table, or SQL, of a database. */
export const SQL: SourceKind<SqlLook> = {
  key: 'database',
  title: 'a database with SQL',
  keys: () => KEYS,
  needed: { database: 'is missing; write the name of one of the databases' },
  lists: ['params'],
  problems: (entry, path) => [...placeProblems(entry, path), ...extractionProblems(entry, path)],
  isMany: (entry) => {
    const key = child(entry, 'key')
    return has(entry, 'rows') || (typeof key === 'string' && partsOfKey(key).length > 1)
  },
  isLimited: (entry) => has(entry, 'rows'),
  connect: (name, target, options) => createSqlSource(name, target as SqlTarget, options),
  statement: (look) =>
    look.kind === 'query' && look.isOurs === undefined
      ? { ...look, key: look.rows === 'many' ? 'rows' : 'query' }
      : undefined,
  look: (entry, { fromRecipe }) => {
    const { query, rows, params: bound = [], key = '', table, key_column, value_column } = entry as Entry
    const written = query ?? rows
    if (written !== undefined) {
      const origin = fromRecipe.has('query') || fromRecipe.has('rows') ? { isOurs: true as const } : {}
      return {
        kind: 'query',
        sql: written,
        parameters: bound,
        ...origin,
        rows: query === undefined ? 'many' : 'one',
      }
    }
    const [only = '', ...more] = partsOfKey(key)
    const isMany = more.length > 0
    return {
      kind: 'key',
      table: table ?? 'runtime_info',
      keyColumn: key_column ?? 'rt_key',
      valueColumn: value_column ?? 'rt_value',
      key: isMany ? key : only,
      rows: isMany ? 'many' : 'one',
    }
  },
  where: (look, database) => {
    if (look.kind === 'job') return `${look.job} of database ${database}`
    return look.kind === 'key'
      ? `${look.key} in ${look.table} of database ${database}`
      : `"${shorten(look.sql.replaceAll(/\s+/g, ' ').trim(), SQL_LENGTH)}" in database ${database}`
  },
}

/** The keys that mean a job; what is known of them is loaded where one of them may be meant. */
const OF_JOBS = ['job', 'every', 'max_duration', 'exit_code']

/** @param words the keys of all checks; undefined where all that there are may be asked for */
export async function loadSql(words?: ReadonlySet<string>): Promise<SourceKind<SqlLook>> {
  const mayBeJob = words === undefined || [...words].some((word) => nearest(word, OF_JOBS) !== undefined)
  return mayBeJob ? (await import('./job/kind.ts')).withJobs(SQL) : SQL
}

/** What the shape has made of an entry. */
interface Entry {
  readonly query?: string
  readonly rows?: string
  readonly params?: readonly (string | number | boolean | null)[]
  readonly key?: string
  readonly table?: string
  readonly key_column?: string
  readonly value_column?: string
}

function placeProblems(entry: unknown, path: Path): readonly Problem[] {
  const places = PLACES.filter((place) => has(entry, place))
  const [, second] = places
  return [
    ...(places.length === 0 ? [{ path, text: NO_PLACE }] : []),
    ...(second === undefined
      ? []
      : [{ path: [...path, second], text: `stands beside ${places[0]}; remove one of them` }]),
    ...NEEDS.filter(([key, isFitting]) => places.length > 0 && has(entry, key) && !isFitting(entry)).map(
      ([key, , needs]) => ({ path: [...path, key], text: `goes with ${needs}; leave it out` }),
    ),
  ]
}

function has(entry: unknown, key: string): boolean {
  return child(entry, key) !== undefined
}
