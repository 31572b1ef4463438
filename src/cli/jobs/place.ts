import { resolve } from 'node:path'
import type { Check } from '../../core/check.ts'
import { LastaliveError } from '../../core/errors.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { quote } from '../../core/words/text.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { parseDatabaseUrl, withServiceFiles } from '../../drivers/url.ts'
import { environmentOf } from '../options/written.ts'
import type { Settings } from '../settings/settings.ts'
import type { World } from '../world.ts'

/**
 * Where the beats of jobs go, or why that is not known; what waits for it is kept under the first of the keys,
 * and is lost where there is none.
 */
export type JobPlace = { readonly keys: readonly string[] } & (
  | {
      readonly kind: 'database'
      readonly target: SqlTarget
      /** what the configuration watches there, where it names the database */
      readonly checks?: readonly Check[]
    }
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
  // An empty variable is as none.
  const written = url ?? (world.env.LASTALIVE_URL || undefined)
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
  try {
    const options = path === undefined ? {} : { config: path }
    // Most jobs name their database themselves.
    const { readSettings } = await import('../settings/settings.ts')
    return named(await readSettings(options, world, { readingTime: READING_TIME, tells: false }), keyOf(path, world))
  } catch (error) {
    if (error instanceof LastaliveError) return { kind: 'unknown', why: error.message, keys: [keyOf(path, world)] }
    throw error
  }
}

/** What waits until the configuration names a database. */
function keyOf(path: string | undefined, { env }: World): string {
  return `configuration ${path === undefined ? (env.LASTALIVE_CONFIG ?? '') : resolve(path)}`.trim()
}

/** The same for whoever has read the configuration. */
export async function placeWithin(
  settings: Named,
  { config }: Pick<JobPlaceOptions, 'config'>,
  world: World,
): Promise<JobPlace> {
  const { LASTALIVE_URL: url } = world.env
  return url === undefined || url === '' ? named(settings, keyOf(config, world)) : await jobPlaceOf({ url }, world)
}

type Named = Pick<Settings, 'config' | 'targets'>

function named({ config: { jobs, checks: all }, targets }: Named, key: string): JobPlace {
  const unknown = (why: string): JobPlace => ({ kind: 'unknown', why, keys: [key] })
  if (jobs === undefined) return unknown('the configuration names no database for them; write jobs: NAME at its top')
  const target = targets.get(jobs)
  if (target === undefined) {
    return unknown(`there is no database ${quote(jobs)}; ${adviceOn(jobs, [...targets.keys()])}`)
  }
  if (target.driver === 'redis') return unknown(`database ${jobs} is a Redis server, which has no tables`)
  const checks = all.flatMap(({ check }) => (check.source === jobs ? [check] : []))
  return { kind: 'database', target, keys: [target.shown, key], checks }
}
