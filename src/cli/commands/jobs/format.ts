import type { Job } from '../../../core/job.ts'
import { durationOf, isOpenRun, type PairedRun, pairRuns } from '../../../core/job-runs.ts'
import type { JudgedJob } from '../../../core/judge/job.ts'
import { formatDuration } from '../../../core/time/duration.ts'
import { formatDay, formatTime } from '../../../core/time/zone.ts'
import { inColumns } from '../../../core/words/columns.ts'
import { tailOf } from '../../../core/words/tail.ts'
import { clean, shorten } from '../../../core/words/text.ts'

/** A job, and how it is. */
export interface Listed {
  readonly job: Job
  readonly judged: JudgedJob
  /** the exit codes that are good for it */
  readonly goodCodes: readonly number[]
}

/** What a person sees them with. */
interface Shown {
  /** the database's time */
  readonly now: Date
  /** IANA zone */
  readonly timezone: string
  /** the database, as it may be shown */
  readonly where: string
}

const NONE = '–'
const NAME_LENGTH = 40
const WORDS_LENGTH = 100

/** A line for each job. */
export function formatJobs(all: readonly Listed[], { now, timezone, where }: Shown): string {
  if (all.length === 0) return `no job has left a beat in ${where}; run one as: lastalive exec NAME -- COMMAND\n`
  const rows = all.map(({ job, judged }) => {
    const [last] = pairRuns(job.runs)
    const hosts = [...new Set(job.runs.flatMap(({ host }) => host ?? []))]
    const at = last?.endedAt ?? last?.startedAt
    return [
      shorten(clean(job.name), NAME_LENGTH),
      judged.state,
      at === undefined ? NONE : `${formatDuration(Math.max(0, now.getTime() - at.getTime()) / 1_000)} ago`,
      last === undefined ? NONE : lengthOf(last, now),
      timeOf(judged.due, timezone),
      hosts.length === 0 ? NONE : shorten(clean(hosts.join(', ')), NAME_LENGTH),
      shorten(judged.summary, WORDS_LENGTH),
    ]
  })
  const head = ['JOB', 'STATE', 'LAST RUN', 'DURATION', 'NEXT DUE', 'HOST', '']
  return textOf(inColumns([head, ...rows]))
}

/** The last runs of a job, and what the last of them printed. */
export function formatRuns(all: readonly Listed[], { now, timezone }: Shown): string {
  return all
    .map(({ job, judged, goodCodes }) => {
      const runs = pairRuns(job.runs)
      const rows = runs.map((run) => [
        timeOf(run.startedAt, timezone),
        timeOf(run.endedAt, timezone),
        lengthOf(run, now),
        endOf(run, goodCodes),
        run.host === undefined ? NONE : shorten(clean(run.host), NAME_LENGTH),
        [
          ...(isOpenRun(run) ? [`run id ${clean(run.id)}`] : []),
          ...(run.message === undefined ? [] : [shorten(clean(run.message), WORDS_LENGTH)]),
        ].join('; '),
      ])
      const head = ['STARTED', 'ENDED', 'DURATION', 'END', 'HOST', '']
      const output = runs.find((run) => run.output !== undefined)?.output
      return textOf([
        `${clean(job.name)}: ${judged.state}, ${judged.summary}`,
        ...(rows.length === 0 ? [] : ['', ...inColumns([head, ...rows])]),
        ...(output === undefined ? [] : ['', 'The last of its output:', ...tailOf(output).map((line) => `  ${line}`)]),
      ])
    })
    .join('')
}

function timeOf(at: Date | undefined, timezone: string): string {
  return at === undefined ? NONE : `${formatDay(at, timezone)} ${formatTime(at, timezone)}`
}

function lengthOf(run: PairedRun, now: Date): string {
  if (isOpenRun(run)) return `runs for ${formatDuration(Math.max(0, now.getTime() - run.startedAt.getTime()) / 1_000)}`
  const seconds = durationOf(run)
  return seconds === undefined ? NONE : formatDuration(seconds)
}

/** How it ended, in a word or two. */
function endOf(run: PairedRun, goodCodes: readonly number[]): string {
  const { endedAt, outcome, exitCode, isSettled } = run
  if (isOpenRun(run)) return 'runs'
  if (endedAt === undefined) return isSettled === true ? 'unknown' : 'message'
  const code = exitCode === undefined ? '' : ` (exit ${exitCode})`
  if (outcome === 'skip') return `skipped${code}`
  if (outcome === 'fail' || (exitCode !== undefined && !goodCodes.includes(exitCode))) return `failed${code}`
  return (exitCode ?? 0) === 0 ? 'ok' : `ok${code}`
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

/** The same for programs. */
export function jobsJson(all: readonly Listed[], { now, where }: Shown): string {
  const jobs = all.map(({ job: { name, every, grace, pausedAt, runs }, judged, goodCodes }) => ({
    name,
    state: judged.state,
    severity: judged.severity,
    summary: judged.summary,
    due: judged.due,
    every,
    grace,
    pausedAt,
    runs: pairRuns(runs).map((run) => ({ ...run, output: undefined, end: endOf(run, goodCodes) })),
  }))
  return `${JSON.stringify({ at: now, database: where, jobs }, undefined, 2)}\n`
}
