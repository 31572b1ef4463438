import { matchesParts, partsOfKey } from '../../../core/find/key-pattern.ts'
import { present } from '../../../core/given.ts'
import { ANONYMOUS, type Job, type JobRun } from '../../../core/job.ts'
import type { RawValue } from '../../../core/types.ts'
import type { SqlDriver } from '../../../drivers/target.ts'
import { jobDialect } from './dialect.ts'

/** So much of the end of a failed run's output is read, in bytes: what a message has room for. */
const TAIL = 4_096
/** So many runs of a job that have ended are read of those with an id, and of those without, */
const ENDED = 6
/** and of those that have not so many of the newest, and of the oldest: these may be open for too long. */
const OPEN = 100

/** Which jobs: the one with this name, or those whose names a star stands in. */
export interface JobPattern {
  /** in which, with `isMany`, each star stands for any text */
  readonly name: string
  readonly isMany: boolean
  /** all that is stored of them, with what was skipped and what only left a message, for people */
  readonly isWhole?: true
}

/** What the columns of the answer are, in order. */
const COLUMNS = 18

/**
 * Asks for jobs and their last runs. A row is a run; a job without one has a row of its own.
 *
 * What was skipped is left out, and so is what only left a message.
 */
export function jobsQuery(
  driver: SqlDriver,
  { name, isMany, isWhole }: JobPattern,
): { sql: string; parameters: readonly string[] } {
  const { place, epoch, hexOfLast, now } = jobDialect(driver)
  const like = likeOf(name)
  const is = (column: string, number: number): string =>
    isMany ? `${column} LIKE ${place(number)} ESCAPE '!'` : `${column} = ${place(number)}`
  const hasEnded = 'CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END'
  // An end without an id settles starts without one, also where many others have ended since.
  const isAnonymous = `CASE WHEN run_id LIKE '${ANONYMOUS}%' THEN 1 ELSE 0 END`
  const ranked = `SELECT job, run_id, row_number() OVER (PARTITION BY job, ${hasEnded}, ${isAnonymous} ORDER BY ${WHEN} DESC, run_id) AS place, row_number() OVER (PARTITION BY job, ${hasEnded}, ${isAnonymous} ORDER BY ${WHEN}, run_id) AS age FROM lastalive_job_run WHERE ${is('job', 3)}${isWhole === true ? '' : COUNTS}`
  const failedLast = "k.place = 1 AND r.ended_at IS NOT NULL AND (coalesce(r.exit_code, 0) <> 0 OR r.outcome = 'fail')"
  const sql = `SELECT n.name, ${epoch(now)} AS now_at, j.every_seconds, j.grace_seconds, ${epoch('j.paused_at')} AS paused, r.run_id, ${epoch('r.started_at')} AS started, ${epoch('r.ended_at')} AS ended, r.exit_code, r.outcome, r.duration_seconds, r.host, ${epoch('r.host_started_at')} AS host_started, ${epoch('r.host_ended_at')} AS host_ended, r.message, r.output_bytes, CASE WHEN ${isWhole === true ? `k.place <= ${ENDED}` : failedLast} THEN ${hexOfLast('r.output', TAIL)} END AS tail, CASE WHEN r.output IS NULL THEN 0 ELSE 1 END AS has_output
FROM (SELECT name FROM lastalive_job WHERE ${is('name', 1)} UNION SELECT job FROM lastalive_job_run WHERE ${is('job', 2)}) n
LEFT JOIN lastalive_job j ON j.name = n.name
LEFT JOIN (${ranked}) k ON k.job = n.name AND (k.place <= ${OPEN} OR k.age <= ${OPEN})
LEFT JOIN lastalive_job_run r ON r.job = k.job AND r.run_id = k.run_id
WHERE k.place IS NULL OR r.ended_at IS NULL OR k.place <= ${isWhole === true ? OPEN : ENDED}
ORDER BY n.name, coalesce(r.ended_at, r.started_at, r.noted_at) DESC, r.run_id`
  const parameter = isMany ? like : name
  return { sql, parameters: [parameter, parameter, parameter] }
}

const WHEN = 'coalesce(ended_at, started_at, noted_at)'
/** What was skipped does not, and neither does what only left a message. */
const COUNTS = " AND coalesce(outcome, '') <> 'skip' AND coalesce(ended_at, started_at) IS NOT NULL"

/** The names that a pattern means; what is found is looked at once more, as not every database tells capitals apart. */
function likeOf(pattern: string): string {
  return partsOfKey(pattern)
    .map((part) => part.replaceAll(/[!%_]/g, '!$&'))
    .join('%')
}

/** The jobs of an answer, in the order of their names. */
export function jobsOf(rows: readonly (readonly RawValue[])[], { name, isMany }: JobPattern): readonly Job[] {
  const parts = partsOfKey(name)
  const jobs = new Map<string, Job & { readonly runs: JobRun[] }>()
  for (const row of rows) {
    if (row.length !== COLUMNS) throw new Error('an answer about jobs has other columns')
    const [job = '', , every, grace, paused, id, ...rest] = row.map(({ text }) => text)
    if (isMany && !matchesParts(job ?? '', parts)) continue
    const known = jobs.get(job ?? '') ?? {
      name: job ?? '',
      ...present({ every: numberOf(every), grace: numberOf(grace), pausedAt: dateOf(paused) }),
      runs: [],
    }
    jobs.set(known.name, known)
    if (id !== undefined && id !== null) known.runs.push(runOf(id, rest))
  }
  return [...jobs.values()]
}

type Text = string | null | undefined

function runOf(id: string, rest: readonly Text[]): JobRun {
  const [started, ended, exitCode, outcome, duration, host, hostStarted, hostEnded, message, bytes, tail, has] = rest
  return {
    id,
    ...present({
      startedAt: dateOf(started),
      endedAt: dateOf(ended),
      exitCode: numberOf(exitCode),
      outcome: outcome === 'fail' || outcome === 'skip' ? outcome : undefined,
      duration: numberOf(duration),
      host: host ?? undefined,
      hostStartedAt: dateOf(hostStarted),
      hostEndedAt: dateOf(hostEnded),
      message: message ?? undefined,
      outputBytes: numberOf(bytes),
      // No bytes at all are none in one database, and NULL in the others.
      output:
        tail === null || tail === undefined || tail === '' ? undefined : Buffer.from(tail, 'hex').toString('utf8'),
    }),
    ...(bytes !== null && bytes !== undefined && Number(bytes) > 0 && has === '0' ? { isOutputToCome: true } : {}),
  }
}

function numberOf(text: Text): number | undefined {
  return text === null || text === undefined ? undefined : Number(text)
}

function dateOf(text: Text): Date | undefined {
  const seconds = numberOf(text)
  const at = seconds === undefined ? undefined : new Date(Math.round(seconds * 1_000))
  // A column may hold infinity, and in SQLite anything.
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at
}

/** The database's time when it answered. */
export function nowIn(rows: readonly (readonly RawValue[])[]): Date | undefined {
  return dateOf(rows[0]?.[1]?.text)
}
