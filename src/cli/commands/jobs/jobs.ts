import { systemZone } from '../../../config/read/system-zone.ts'
import type { Check } from '../../../core/check.ts'
import { FaultError, UsageError } from '../../../core/errors.ts'
import { matchesParts, partsOfKey } from '../../../core/find/key-pattern.ts'
import type { Job } from '../../../core/job.ts'
import { type ExpectedOfJob, judgeJob } from '../../../core/judge/job.ts'
import { adviceOn } from '../../../core/words/advice.ts'
import { quote } from '../../../core/words/text.ts'
import { withDatabase } from '../../../drivers/open.ts'
import type { SqlTarget } from '../../../drivers/target.ts'
import { jobsOf, jobsQuery, nowIn } from '../../../sources/sql/job/asked.ts'
import { expectedOf } from '../../../sources/sql/job/question.ts'
import type { SqlLook } from '../../../sources/sql/look.ts'
import { wordsOf } from '../../jobs/deliver.ts'
import { jobPlaceOf } from '../../jobs/place.ts'
import { STANDARD } from '../../limited.ts'
import { type Code, complain, type World } from '../../world.ts'
import { formatJobs, formatRuns, jobsJson } from './format.ts'
import type { JobsOptions, TimeForJobs } from './options.ts'

/** Lists jobs and how they are, or the last runs of one; or pauses, resumes or deletes one. */
export async function jobsCommand(name: string | undefined, options: JobsOptions, world: World): Promise<Code> {
  const place = await jobPlaceOf(options, world)
  if (place.kind !== 'database') throw new UsageError(place.why)
  const { target, checks = [] } = place
  const timeoutMs = (options.timeout ?? STANDARD.check) * 1_000
  const times = { signal: AbortSignal.timeout(timeoutMs), timeoutMs }
  try {
    const { jobs, now } = await readJobs(target, name, times)
    if (options.pause === true || options.resume === true || options.delete === true) {
      const { changeJob } = await import('./change.ts')
      return await changeJob(name, options, { target, times, world })
    }
    const timezone = options.timezone ?? systemZone()
    const listed = jobs.map((job) => {
      const expected = { timezone, ...expectationOf(job.name, checks), name: job.name }
      return { job, judged: judgeJob(expected, job, now), goodCodes: expected.exitCodes }
    })
    const shown = { now, timezone, where: target.shown }
    const format = options.format === 'json' ? jobsJson : name === undefined ? formatJobs : formatRuns
    world.stdout.write(format(listed, shown))
    return 0
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    complain(world, `cannot read the jobs of ${target.shown}: ${wordsOf(error)}`)
    return 3
  }
}

/** @throws FaultError; UsageError where there is no job of that name */
async function readJobs(
  target: SqlTarget,
  name: string | undefined,
  { signal, timeoutMs }: TimeForJobs,
): Promise<{ readonly jobs: readonly Job[]; readonly now: Date }> {
  return withDatabase(target, { signal, timeoutMs }, async (connection) => {
    const ask = async (pattern: Parameters<typeof jobsQuery>[1]) => {
      const { sql, parameters } = jobsQuery(target.driver, pattern)
      const { rows } = await connection.query(sql, parameters, { timeoutMs })
      return { jobs: jobsOf(rows, pattern), now: nowIn(rows) ?? connection.now() }
    }
    const all = { name: '*', isMany: true }
    if (name === undefined) return ask(all)
    const found = await ask({ name, isMany: false, isWhole: true })
    if (found.jobs.length > 0) return found
    const names = (await ask(all)).jobs.map((job) => job.name)
    throw new UsageError(`there is no job ${quote(name)}; ${adviceOn(name, names)}`)
  })
}

/** What the configuration expects of a job, if it names it: by its whole name, or else by a pattern. */
function expectationOf(name: string, checks: readonly Check[]): Omit<ExpectedOfJob, 'name' | 'timezone'> {
  const found = checks.flatMap((check) => {
    // All checks of a database that speaks SQL have such a look.
    const look = check.look as SqlLook
    return look.kind === 'job' && matchesParts(name, partsOfKey(look.job)) ? [{ check, look }] : []
  })
  const best = found.find(({ look }) => look.rows === 'one') ?? found[0]
  return best === undefined ? { exitCodes: [0] } : expectedOf(best.check, best.look, name)
}
