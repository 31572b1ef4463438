import * as v from 'valibot'
import { EXTRACTION, extractionProblems } from '../../core/find/extraction.ts'
import { partsOfKey } from '../../core/find/key-pattern.ts'
import { present } from '../../core/given.ts'
import { measureOf } from '../../core/judge/measure.ts'
import { MEASURES } from '../../core/judge/severity.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { duration, oneOf, parameters, text } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { formatDuration } from '../../core/time/duration.ts'
import { shorten } from '../../core/words/text.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { judgedProblems } from '../judged.ts'
import type { JobLook, SqlLook } from './look.ts'
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
  job: optional(() =>
    text({ about: 'a job that leaves beats, by its name, or many, as in backup-* or *', example: 'backup' }),
  ),
  every: optional(() =>
    duration({ about: 'of a job: how often it runs, from start to start (default: as it says itself)', example: '1d' }),
  ),
  max_duration: optional(() =>
    duration({ about: 'of a job: how long a run may be open (default: for ever)', example: '2h' }),
  ),
  exit_code: optional(() => exitCodes()),
  ...EXTRACTION,
  measure: optional(() => oneOf(MEASURES, { about: 'what the value is: a time, or a number (default age)' })),
}

/** What names what is looked at: one of these. */
const PLACES = ['key', 'query', 'rows', 'job'] as const

/** Keys that mean something with some of them only. */
const NEEDS: readonly (readonly [key: string, isFitting: (entry: unknown) => boolean, needs: string])[] = [
  ...['table', 'key_column', 'value_column'].map((key) => [key, (entry: unknown) => has(entry, 'key'), 'key'] as const),
  ['params', (entry) => has(entry, 'query') || has(entry, 'rows'), 'query or rows'],
  ...['every', 'max_duration', 'exit_code'].map((key) => [key, isOfJob, 'job'] as const),
  ...['json', 'pattern', 'measure'].map(
    (key) => [key, (entry: unknown) => !isOfJob(entry), 'key, query or rows'] as const,
  ),
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
  lists: ['params', 'exit_code'],
  problems: (entry, path) => [
    ...placeProblems(entry, path),
    ...extractionProblems(entry, path),
    ...(isOfJob(entry) ? jobProblems(entry, path) : []),
  ],
  measure: (entry) => (isOfJob(entry) ? undefined : measureOf(entry)),
  isScheduled: isOfJob,
  isMany: (entry) => {
    const name = child(entry, 'key') ?? child(entry, 'job')
    return has(entry, 'rows') || (typeof name === 'string' && partsOfKey(name).length > 1)
  },
  isLimited: (entry) => has(entry, 'rows'),
  connect: (name, target, options) => createSqlSource(name, target as SqlTarget, options),
  statement: (look) =>
    look.kind === 'query' && look.isOurs === undefined
      ? { ...look, key: look.rows === 'many' ? 'rows' : 'query' }
      : undefined,
  look: (entry, { fromRecipe, timezone }) => {
    if (typeof entry.job === 'string') return jobLook(entry as unknown as JobEntry, timezone)
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
  where,
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

/** What the shape has made of an entry of a job. */
interface JobEntry {
  readonly job: string
  readonly every?: number
  readonly grace?: number
  readonly max_duration?: number
  readonly exit_code?: readonly number[]
}

function jobLook({ job, every, grace, max_duration, exit_code = [0] }: JobEntry, timezone: string): JobLook {
  const [only = '', ...more] = partsOfKey(job)
  const isMany = more.length > 0
  return {
    kind: 'job',
    job: isMany ? job : only,
    rows: isMany ? 'many' : 'one',
    ...present({ every, grace, maxDuration: max_duration }),
    exitCodes: exit_code,
    timezone,
  }
}

function isOfJob(entry: unknown): boolean {
  return has(entry, 'job')
}

/** A job is late by its period or schedule, and no other limit would be held against anything. */
function jobProblems(entry: unknown, path: Path): readonly Problem[] {
  const limits = ['warning', 'critical']
  const idle = judgedProblems(entry, path, 'leave it out').filter(({ path: [, , key] }) => key !== 'missing')
  return [
    ...idle.map((problem) =>
      limits.includes(String(problem.path.at(-1)))
        ? { ...problem, text: 'goes with a time or a number; write every, schedule or max_duration' }
        : problem,
    ),
    ...(has(entry, 'every') && has(entry, 'schedule')
      ? [{ path: [...path, 'schedule'], text: 'stands beside every; remove one of them' }]
      : []),
  ]
}

/** One exit code, or several. */
function exitCodes() {
  const wrong = 'is no exit code, a number from 0 to 255; write 0, or [0, 24]'
  const code = v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number))], wrong))
  const checked = v.pipe(
    code,
    v.check((number) => Number.isInteger(number) && number >= 0 && number <= 255, wrong),
  )
  return v.pipe(
    v.union([checked, v.pipe(v.array(checked), v.minLength(1, wrong))], wrong),
    v.description('of a job: which exit codes of a run are good, one or a list (default 0)'),
    v.transform((codes): readonly number[] => (typeof codes === 'number' ? [codes] : codes)),
  )
}

function where(look: SqlLook, database: string): string {
  switch (look.kind) {
    case 'key':
      return `${look.key} in ${look.table} of database ${database}`
    case 'query':
      return `"${shorten(look.sql.replaceAll(/\s+/g, ' ').trim(), SQL_LENGTH)}" in database ${database}`
    case 'job':
      return `${look.rows === 'many' ? 'jobs' : 'job'} ${look.job} of database ${database}${expectedOf(look)}`
  }
}

/** What its check says of a job, but for a schedule. */
function expectedOf({ every, grace, maxDuration }: JobLook): string {
  const parts = [
    every === undefined ? undefined : `every ${formatDuration(every)}`,
    every === undefined || grace === undefined ? undefined : `grace ${formatDuration(grace)}`,
    maxDuration === undefined ? undefined : `running for at most ${formatDuration(maxDuration)}`,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function has(entry: unknown, key: string): boolean {
  return child(entry, key) !== undefined
}
