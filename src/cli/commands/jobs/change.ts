import { FaultError, UsageError } from '../../../core/errors.ts'
import { quote } from '../../../core/words/text.ts'
import { changeDatabase } from '../../../drivers/change.ts'
import type { SqlTarget } from '../../../drivers/target.ts'
import { deletionOf, pauseOf, resumeOf } from '../../../sources/sql/job/changes.ts'
import { wordsOf } from '../../jobs/deliver.ts'
import { type Code, complain, type World } from '../../world.ts'
import type { JobsOptions, TimeForJobs } from './options.ts'

const CHANGES = {
  pause: { changesOf: pauseOf, done: 'is paused until it runs again' },
  resume: { changesOf: resumeOf, done: 'is no longer paused' },
  delete: { changesOf: deletionOf, done: 'is deleted, with all that was stored of it' },
} as const
const KEYS = ['pause', 'resume', 'delete'] as const

/** Pauses, resumes or deletes a job that is there. */
export async function changeJob(
  name: string | undefined,
  options: JobsOptions,
  { target, times, world }: { readonly target: SqlTarget; readonly times: TimeForJobs; readonly world: World },
): Promise<Code> {
  const [key = 'pause', second] = KEYS.filter((one) => options[one] === true)
  if (second !== undefined) throw new UsageError(`--${key} and --${second} exclude each other; leave one out`)
  if (name === undefined) throw new UsageError(`--${key} needs the name of a job`)
  const { changesOf, done } = CHANGES[key]
  try {
    await changeDatabase(target, changesOf(target.driver, name), times)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    complain(world, `cannot ${key} ${quote(name)} in ${target.shown}: ${wordsOf(error)}`)
    return 4
  }
  world.stdout.write(`${quote(name)} ${done}\n`)
  return 0
}
