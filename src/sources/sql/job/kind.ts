import * as v from 'valibot'
import { partsOfKey } from '../../../core/find/key-pattern.ts'
import { present } from '../../../core/given.ts'
import { measureOf } from '../../../core/judge/measure.ts'
import { optional } from '../../../core/shape/quick.ts'
import { child, type Path, type Problem } from '../../../core/shape/tree.ts'
import { duration, text } from '../../../core/shape/values.ts'
import type { SourceKind } from '../../../core/source-kind.ts'
import { formatDuration } from '../../../core/time/duration.ts'
import { judgedProblems } from '../../judged.ts'
import type { JobLook, SqlLook } from '../look.ts'

const NO_CODE = 'is no exit code; write 0, or [0, 24]'

/** One exit code, or several. */
function exitCodes() {
  const code = v.pipe(
    v.union([v.number(), v.string()], NO_CODE),
    v.check((written) => /^\d{1,3}$/.test(String(written)) && Number(written) <= 255, NO_CODE),
    v.transform(Number),
  )
  return v.pipe(
    v.union([code, v.pipe(v.array(code, NO_CODE), v.minLength(1, NO_CODE))], NO_CODE),
    v.description('of a job: which exit codes of a run are good, one or a list (default 0)'),
    v.transform((codes): readonly number[] => (typeof codes === 'number' ? [codes] : codes)),
  )
}

const KEYS = {
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
}

/** What means a place beside a job. */
const PLACES = ['key', 'query', 'rows']
/** What means something beside another place alone. */
const OF_PLACES = {
  table: 'key',
  key_column: 'key',
  value_column: 'key',
  params: 'query or rows',
  json: 'key, query or rows',
  pattern: 'key, query or rows',
  measure: 'key, query or rows',
}

/** A database with SQL, of which a check may look at a job as well. */
export function withJobs(sql: SourceKind<SqlLook>): SourceKind<SqlLook> {
  return {
    ...sql,
    keys: () => ({ ...sql.keys(), ...KEYS }),
    lists: [...(sql.lists ?? []), 'exit_code'],
    problems: (entry, path) =>
      isOfJob(entry)
        ? jobProblems(entry, path)
        : [...strayProblems(entry, path), ...(sql.problems?.(entry, path) ?? [])],
    measure: (entry) => (isOfJob(entry) ? undefined : measureOf(entry)),
    isScheduled: isOfJob,
    isMany: (entry) => {
      const job = child(entry, 'job')
      return typeof job === 'string' ? partsOfKey(job).length > 1 : sql.isMany?.(entry) === true
    },
    look: (entry, context) =>
      isOfJob(entry) ? lookOf(entry as unknown as Entry, context.timezone) : sql.look(entry, context),
    where: (look, database) => (look.kind === 'job' ? where(look, database) : sql.where(look, database)),
  }
}

/** What the shape has made of an entry. */
interface Entry {
  readonly job: string
  readonly every?: number
  readonly grace?: number
  readonly max_duration?: number
  readonly exit_code?: readonly number[]
}

function lookOf({ job, every, grace, max_duration, exit_code = [0] }: Entry, timezone: string): JobLook {
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

function has(entry: unknown, key: string): boolean {
  return child(entry, key) !== undefined
}

/** A job is late by its period or schedule; no other limit would be held against anything. */
function jobProblems(entry: unknown, path: Path): readonly Problem[] {
  const second = PLACES.find((place) => has(entry, place))
  const limits = ['warning', 'critical']
  const idle = judgedProblems(entry, path, 'leave it out').filter(({ path: [, , key] }) => key !== 'missing')
  const isTwofold = has(entry, 'every') && has(entry, 'schedule')
  return [
    ...(second === undefined ? [] : [{ path: [...path, second], text: 'stands beside job; remove one of them' }]),
    ...Object.entries(OF_PLACES).flatMap(([key, needs]) =>
      has(entry, key) && second === undefined
        ? [{ path: [...path, key], text: `goes with ${needs}; leave it out` }]
        : [],
    ),
    ...idle.map((problem) => (limits.includes(String(problem.path.at(-1))) ? { ...problem, text: NO_LIMIT } : problem)),
    ...(isTwofold ? [{ path: [...path, 'schedule'], text: 'stands beside every; remove one of them' }] : []),
  ]
}

const NO_LIMIT = 'goes with a time or a number; write every, schedule or max_duration'

function strayProblems(entry: unknown, path: Path): readonly Problem[] {
  return ['every', 'max_duration', 'exit_code']
    .filter((key) => has(entry, key))
    .map((key) => ({ path: [...path, key], text: 'goes with job; leave it out' }))
}

function where(look: JobLook, database: string): string {
  const { every, grace, maxDuration } = look
  const said = [
    every === undefined ? undefined : `every ${formatDuration(every)}`,
    every === undefined || grace === undefined ? undefined : `grace ${formatDuration(grace)}`,
    maxDuration === undefined ? undefined : `running for at most ${formatDuration(maxDuration)}`,
  ].filter((part) => part !== undefined)
  const name = `${look.rows === 'many' ? 'jobs' : 'job'} ${look.job} of database ${database}`
  return said.length === 0 ? name : `${name} (${said.join(', ')})`
}
