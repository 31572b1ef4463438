import { randomUUID } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import { present } from '../../core/given.ts'
import { ANONYMOUS, type JobEvent, LONGEST_MESSAGE, OUTPUT_KEPT } from '../../core/job.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { leave } from '../jobs/leave.ts'
import { jobPlaceOf } from '../jobs/place.ts'
import { readTail, type Tail } from '../jobs/tail.ts'
import { boundLookUps } from '../limited.ts'
import { type BeatOptions, USUAL_TIMEOUT } from '../options/jobs.ts'
import { type Code, complain, type World } from '../world.ts'

/** Leaves a heartbeat of a job. One that has to wait is no failure of the job. */
export async function beatCommand(job: string | undefined, options: BeatOptions, world: World): Promise<Code> {
  if (job !== undefined && options.key !== undefined) throw new UsageError('give the name of a job, or --key; not both')
  if (options.key !== undefined) {
    const { classicBeat } = await import('../jobs/classic.ts')
    return await classicBeat(options.key, options, world)
  }
  const stray = (['table', 'keyColumn', 'valueColumn'] as const).find((key) => options[key] !== undefined)
  if (stray !== undefined) throw new UsageError(`--${stray.replace('C', '-c')} goes with --key`)
  if (job === undefined) throw new UsageError('the name of the job is missing; write lastalive beat NAME')
  const what = whatOf(options)
  const { runId, fail, exitCode, message, logFrom, every, grace } = options
  if (grace !== undefined && every === undefined) throw new UsageError('--grace goes with --every')
  boundLookUps(options.timeout ?? USUAL_TIMEOUT)
  const log = await readLog(logFrom, world)
  // What it reads may be the output of a job that still runs: its end is the beat.
  const at = new Date()
  const place = await jobPlaceOf(options, world)
  const event: JobEvent = {
    job,
    runId: runId ?? `${ANONYMOUS}${randomUUID()}`,
    host: world.hostName,
    at,
    what,
    ...present({
      exitCode,
      outcome: fail === true ? ('fail' as const) : undefined,
      message: message === undefined ? undefined : shorten(clean(message), LONGEST_MESSAGE),
      outputBytes: log.tail?.size,
      output: log.tail?.bytes,
      every,
      grace,
    }),
  }
  const news = [event]
  const { kind } = await leave(() => news.splice(0), { job, place, options, world })
  return kind === 'lost' || log.isUnread === true ? 4 : 0
}

/** A log that cannot be read costs the beat its output alone. */
async function readLog(
  path: string | undefined,
  world: World,
): Promise<{ readonly tail?: Tail; readonly isUnread?: true }> {
  if (path === undefined) return {}
  const read = await readTail(path, OUTPUT_KEPT)
  if (!('why' in read)) return { tail: read }
  complain(world, `${read.why}; the beat goes without its output`)
  return { isUnread: true }
}

const KINDS = ['start', 'fail', 'log'] as const

function whatOf(options: BeatOptions): JobEvent['what'] {
  const given = KINDS.filter((key) => options[key] === true)
  const [first, second] = [
    ...given.map((key) => `--${key}`),
    ...(options.exitCode === undefined ? [] : ['--exit-code']),
  ]
  if (second !== undefined) throw new UsageError(`${first} and ${second} exclude each other; leave one out`)
  if (options.start === true) return 'start'
  return options.log === true ? 'log' : 'end'
}
