import { homedir, hostname, userInfo } from 'node:os'
import { loadWritten } from '../config/load.ts'
import { readConfig, requireValid } from '../config/shape/schema.ts'
import type { Plan } from '../core/plan.ts'
import type { Seconds } from '../core/types.ts'
import { KINDS } from './kinds.ts'
import { setUpWhatIsRight } from './setup.ts'

/** What a database may take of a run of a minute. */
const READING_TIME = 36

/**
 * Reads a configuration file, with the `conf.d` beside it, as the command does. Connects to nothing.
 *
 * Its sources and notifiers are data like the rest: replace those that are not to be real, by their names.
 *
 * @param options.config path of the file; without one it is looked for where the command looks
 * @param options.env variables for `${NAME}` in the file, and those of the databases' own clients
 * @param options.readingTime what a database may take at most, in seconds
 * @throws UsageError where there is no file, ConfigError with every problem of it at once
 */
export async function loadPlan({
  config,
  env = process.env,
  readingTime = READING_TIME,
}: {
  readonly config?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly readingTime?: Seconds
} = {}): Promise<Plan> {
  const environment = { env, home: env.HOME ?? homedir(), userName: userInfo().username }
  const hostName = hostname()
  const written = await loadWritten({ config, env, ...KINDS })
  const options = { environment, hostName, statusCommand: 'lastalive status', readingTime }
  const set = await setUpWhatIsRight(
    (wrong) => readConfig(written, wrong),
    () => options,
  )
  requireValid(set.config)
  return set.plan
}
