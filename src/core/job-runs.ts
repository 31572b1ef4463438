import { ANONYMOUS, type JobRun } from './job.ts'

/** A run whose start and end have found each other. */
export interface PairedRun extends JobRun {
  /** a later beat without an id took its place: it is not open, and nobody knows how it ended */
  readonly isSettled?: true
}

/**
 * Matches starts and ends that have no id of their own, as Healthchecks does: an end ends the newest start before it and
 * settles all that are older, and so does a start. Runs with an id of their own are left as they are.
 *
 * @returns the newest first, by their ends or else their starts
 */
export function pairRuns(runs: readonly JobRun[]): readonly PairedRun[] {
  const paired: PairedRun[] = runs.filter(({ id }) => !id.startsWith(ANONYMOUS))
  let open: JobRun | undefined
  for (const run of runs.filter(({ id }) => id.startsWith(ANONYMOUS)).toSorted(byTime)) {
    if (run.endedAt === undefined) {
      if (open !== undefined) paired.push({ ...open, isSettled: true })
      open = run
      continue
    }
    const isItsEnd = run.startedAt === undefined && open !== undefined
    paired.push(isItsEnd ? joined(open, run) : run)
    if (!isItsEnd && open !== undefined) paired.push({ ...open, isSettled: true })
    open = undefined
  }
  if (open !== undefined) paired.push(open)
  return paired.toSorted((a, b) => byTime(b, a))
}

function joined(start: JobRun | undefined, end: JobRun): PairedRun {
  const { startedAt, hostStartedAt } = start ?? {}
  return { ...end, ...(startedAt && { startedAt }), ...(hostStartedAt && { hostStartedAt }) }
}

/** By their ends, or else their starts; at the same moment a start comes first. */
function byTime(a: JobRun, b: JobRun): number {
  const [atA, atB] = [lastTimeOf(a), lastTimeOf(b)]
  if (atA !== atB) return atA < atB ? -1 : 1
  return Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined) || (a.id < b.id ? -1 : 1)
}

/** When a run was last heard of, in milliseconds. */
export function lastTimeOf({ startedAt, endedAt }: JobRun): number {
  return (endedAt ?? startedAt)?.getTime() ?? Number.NEGATIVE_INFINITY
}

/** Whether a run has begun and not ended. */
export function isOpenRun(run: PairedRun): run is PairedRun & { readonly startedAt: Date } {
  return run.startedAt !== undefined && run.endedAt === undefined && run.isSettled !== true
}

/** How long a run that has ended took, in seconds: as its host has measured it, or else by the database's clock. */
export function durationOf({ startedAt, endedAt, duration }: JobRun): number | undefined {
  if (duration !== undefined || startedAt === undefined || endedAt === undefined) return duration
  return Math.max(0, endedAt.getTime() - startedAt.getTime()) / 1_000
}
