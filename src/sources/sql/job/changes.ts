import { secondsInDay } from 'date-fns/constants'
import { ANONYMOUS, type JobEvent } from '../../../core/job.ts'
import type { Change } from '../../../drivers/driver.ts'
import type { SqlDriver } from '../../../drivers/target.ts'
import { type JobDialect, jobDialect, type Merge } from './dialect.ts'

/** So many runs of a job are kept, */
export const RUNS_KEPT = 100
/** among them the last so many that have ended, however many messages came after, */
const ENDED_KEPT = 6
/** and none for longer than this, in days, but for the last one. */
export const DAYS_KEPT = 90

/**
 * What an event writes. The same event twice changes nothing, and those of one run may come in any order.
 *
 * @param now on the clock of the job's host, which says how long ago the event was
 */
export function changesOf(driver: SqlDriver, event: JobEvent, now: Date): readonly Change[] {
  const dialect = jobDialect(driver)
  const pruning = event.what === 'end' ? [prune(dialect, event.job)] : []
  return [jobChange(dialect, event), runChange(dialect, event, now), ...pruning]
}

/** Ends the alerts of a job until it runs again. */
export function pauseOf(driver: SqlDriver, job: string): readonly Change[] {
  const dialect = jobDialect(driver)
  const values = [
    ['name', dialect.place(1)],
    ['paused_at', dialect.now],
  ] as const
  const merges = [['paused_at', 'last']] as const
  return [{ sql: dialect.upsert({ table: 'lastalive_job', key: ['name'], values, merges }), parameters: [job] }]
}

/** Takes the pause of a job back. */
export function resumeOf(driver: SqlDriver, job: string): readonly Change[] {
  const sql = `UPDATE lastalive_job SET paused_at = NULL WHERE name = ${jobDialect(driver).place(1)}`
  return [{ sql, parameters: [job] }]
}

/** Removes a job with all that is stored of it. */
export function deletionOf(driver: SqlDriver, job: string): readonly Change[] {
  const { place } = jobDialect(driver)
  return [
    { sql: `DELETE FROM lastalive_job_run WHERE job = ${place(1)}`, parameters: [job] },
    { sql: `DELETE FROM lastalive_job WHERE name = ${place(1)}`, parameters: [job] },
  ]
}

function jobChange(dialect: JobDialect, { job, every, grace }: JobEvent): Change {
  return upsert(dialect, {
    table: 'lastalive_job',
    key: ['name'],
    columns: [
      ['name', asIs, job],
      ['every_seconds', dialect.number, textOf(every), 'last'],
      ['grace_seconds', dialect.number, textOf(grace), 'last'],
    ],
  })
}

function runChange(dialect: JobDialect, event: JobEvent, now: Date): Change {
  const { job, runId, host, at, what, exitCode, outcome, duration, message, outputBytes, output } = event
  const ago = String(Math.max(0, now.getTime() - at.getTime()) / 1_000)
  const hostTime = at.toISOString().replace('T', ' ').replace('Z', '')
  const [starts, ends] = [what === 'start', what === 'end']
  const { before, time, isOurs } = dialect
  const [instant, when] = isOurs === true ? [time, hostTime] : [before, ago]
  return upsert(dialect, {
    table: 'lastalive_job_run',
    key: ['job', 'run_id'],
    columns: [
      ['job', asIs, job],
      ['run_id', asIs, runId],
      ['started_at', instant, starts ? when : undefined, 'first'],
      // Written even where it is NULL: a row that says nothing of its end has just ended.
      ['ended_at', instant, ends ? when : null, 'first'],
      ['host_started_at', time, starts ? hostTime : undefined, 'first'],
      ['host_ended_at', time, ends ? hostTime : undefined, 'first'],
      ['exit_code', dialect.number, textOf(exitCode), 'first'],
      ['outcome', asIs, outcome, 'first'],
      ['duration_seconds', dialect.number, textOf(duration), 'first'],
      ['host', asIs, host, 'first'],
      ['message', asIs, message, 'last'],
      ['output_bytes', dialect.number, textOf(outputBytes), 'last'],
      ['output', dialect.bytes, output && Buffer.from(output).toString('hex'), 'first'],
    ],
  })
}

/** How a value is written, and what becomes of it where the row is there; undefined writes nothing. */
type Column = readonly [
  name: string,
  expression: (parameter: string) => string,
  value: string | null | undefined,
  merge?: Merge,
]

function upsert(
  dialect: JobDialect,
  { columns, ...row }: { readonly table: string; readonly key: readonly string[]; readonly columns: readonly Column[] },
): Change {
  const written = columns.filter(([, , value]) => value !== undefined)
  const parameters = written.flatMap(([, , value]) => value ?? [])
  let bound = 0
  const values = written.map(([name, expression, value]) => {
    if (value === null) return [name, 'NULL'] as const
    bound += 1
    return [name, expression(dialect.place(bound))] as const
  })
  const merges = written.flatMap(([name, , , merge]) => (merge === undefined ? [] : [[name, merge] as const]))
  return { sql: dialect.upsert({ ...row, values, merges }), parameters }
}

function asIs(parameter: string): string {
  return parameter
}

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

/**
 * At the end of each run, so that jobs whose runs take turns are pruned alike. What has begun under an id of its own and has
 * not ended is kept for 90 days, however much there is of it.
 */
function prune({ place, before }: JobDialect, job: string): Change {
  const newest = (count: number, condition: string, order: string, parameter: number): string =>
    `run_id NOT IN (SELECT run_id FROM (SELECT run_id FROM lastalive_job_run WHERE job = ${place(parameter)} AND ${condition} ORDER BY ${order} DESC LIMIT ${count}) AS kept)`
  const isBounded = `(ended_at IS NOT NULL OR started_at IS NULL OR run_id LIKE '${ANONYMOUS}%')`
  const tooMany = `${isBounded} AND ${newest(RUNS_KEPT, isBounded, 'noted_at', 2)} AND ${newest(ENDED_KEPT, HAS_ENDED, 'ended_at', 3)}`
  const tooOld = `noted_at < ${before(String(DAYS_KEPT * secondsInDay))} AND ${newest(1, HAS_ENDED, 'ended_at', 4)}`
  const sql = `DELETE FROM lastalive_job_run WHERE job = ${place(1)} AND ((${tooMany}) OR (${tooOld}))`
  return { sql, parameters: [job, job, job, job] }
}

const HAS_ENDED = 'ended_at IS NOT NULL'
