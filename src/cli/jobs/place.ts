import { resolve } from 'node:path'
import { LastaliveError } from '../../core/errors.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { quote } from '../../core/words/text.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { parseDatabaseUrl, withServiceFiles } from '../../drivers/url.ts'
import { environmentOf } from '../options/written.ts'
import { readSettings } from '../settings/settings.ts'
import type { World } from '../world.ts'

/**
 * Where the beats of jobs go, or why that is not known; what waits for it is kept under the first of the keys,
 * and is lost where there is none.
 */
export type JobPlace = { readonly keys: readonly string[] } & (
  | { readonly kind: 'database'; readonly target: SqlTarget }
  | { readonly kind: 'unknown'; readonly why: string }
)

/** The options that say it. */
export interface JobPlaceOptions {
  readonly url?: string
  readonly config?: string
}

/**
 * Where beats go: to `--url`, else `$LASTALIVE_URL`, else the database that `jobs` of the configuration names.
 */
export async function jobPlaceOf({ url, config }: JobPlaceOptions, world: World): Promise<JobPlace> {
  const written = url ?? world.env.LASTALIVE_URL
  if (written === undefined) return await fromConfiguration(config, world)
  const named = url === undefined ? '$LASTALIVE_URL' : '--url'
  try {
    const target = await parseDatabaseUrl(written, await withServiceFiles(environmentOf(world), [written]))
    if (target.driver !== 'redis') return { kind: 'database', target, keys: [target.shown] }
    return { kind: 'unknown', why: `${named} ${NO_TABLES}`, keys: [] }
  } catch (error) {
    if (error instanceof LastaliveError) return { kind: 'unknown', why: `${named}: ${error.message}`, keys: [] }
    throw error
  }
}

const NO_TABLES = 'is a Redis server, which has no tables; write postgres://…, mysql://… or sqlite:PATH'

/** Reading it connects to nothing. */
const READING_TIME = 10

async function fromConfiguration(path: string | undefined, world: World): Promise<JobPlace> {
  // What waits until it names a database.
  const key = `configuration ${path === undefined ? (world.env.LASTALIVE_CONFIG ?? '') : resolve(path)}`.trim()
  const unknown = (why: string): JobPlace => ({ kind: 'unknown', why, keys: [key] })
  try {
    const options = path === undefined ? {} : { config: path }
    const { config, targets } = await readSettings(options, world, { readingTime: READING_TIME, tells: false })
    const { jobs } = config
    if (jobs === undefined) return unknown('the configuration names no database for them; write jobs: NAME at its top')
    const target = targets.get(jobs)
    if (target === undefined)
      return unknown(`there is no database ${quote(jobs)}; ${adviceOn(jobs, [...targets.keys()])}`)
    if (target.driver === 'redis') return unknown(`database ${jobs} is a Redis server, which has no tables`)
    return { kind: 'database', target, keys: [target.shown, key] }
  } catch (error) {
    if (error instanceof LastaliveError) return unknown(error.message)
    throw error
  }
}
