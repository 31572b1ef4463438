import { join } from 'node:path'
import { secondsInDay } from 'date-fns/constants'
import type { Config } from '../../config/config.ts'
import { LATER_OPTIONS } from '../../config/one-line-options.ts'
import { readConfig } from '../../config/shape/schema.ts'
import type { Seconds } from '../../core/types.ts'
import type { Place } from '../../setup/place.ts'
import { type SetUp, type SetUpOptions, setUpWhatIsRight } from '../../setup/setup.ts'
import { boundLookUps } from '../limited.ts'
import type { WatchOptions } from '../options/options.ts'
import { shortHash } from '../options/origin.ts'
import { TELLING_OPTIONS } from '../options/telling.ts'
import { environmentOf, isOneLine, ONE_LINE_NAMES, readWritten } from '../options/written.ts'
import type { World } from '../world.ts'
import { placeOf, statusCommandOf } from './place.ts'
import { selectionOf } from './selection.ts'

/** All that a command works with, from its options and the configuration. */
export interface Settings extends SetUp {
  readonly config: Config
  /** where it is remembered what has been */
  readonly place: Place
}

/**
 * Reads the configuration, or the options in its place, and sets everything up. Connects to nothing.
 *
 * @param options.names of the checks to be read; none for all
 * @param options.examine why SQL of the user's own would be refused, where that is a mistake
 * @param options.tells whether somebody may be told: without that no variable of a notifier need be set
 * @throws UsageError, ConfigError
 */
export async function readSettings(
  options: WatchOptions,
  world: World,
  {
    names = [],
    readingTime,
    tells,
    examine,
  }: { readonly names?: readonly string[]; readonly readingTime: Seconds; readonly tells?: boolean } & Pick<
    SetUpOptions,
    'examine'
  >,
): Promise<Settings> {
  const written = await readWritten(options, world, tells)
  const place = placeOf(options, world)
  const set = await setUpWhatIsRight(
    (wrong) => readConfig(written, wrong),
    (config) => {
      boundLookUps(readingTime, { names: config.databases.size })
      return {
        environment: environmentOf(world),
        hostName: world.hostName,
        statusCommand: statusCommandOf(options.state ?? world.env.LASTALIVE_STATE, place),
        readingTime,
        ...(examine === undefined ? {} : { examine }),
        ...selectionOf(config, { names, tags: options.tag ?? [], isOneLine: isOneLine(options) }),
        ...(options.now === undefined ? {} : { frozenAt: options.now }),
      }
    },
  )
  return isOneLine(options) && options.lockfile === undefined && set.config.leftOut !== undefined
    ? ofMistakenLine({ ...set, place }, options)
    : { ...set, place }
}

/**
 * A line in which something is wrong has no place of its own in a state directory, since where it looks is a part of what
 * it is called. It is told of once a day, which is remembered in a file that no other line looks at.
 */
function ofMistakenLine(settings: Settings, options: WatchOptions): Settings {
  const { path: within } = settings.place
  const written: Readonly<Record<string, unknown>> = { ...options }
  const later = [...LATER_OPTIONS, ...TELLING_OPTIONS.filter(({ isLater }) => isLater).map(({ key }) => key)]
  const named = ONE_LINE_NAMES.filter((name) => written[name] !== undefined || !later.includes(name))
  const words = named.filter((name) => name !== 'url').map((name) => written[name] ?? '')
  const place: Place = { kind: 'lockfile', path: join(within, `line-${shortHash(words)}`), within }
  const plan = settings.plan.leftOut && {
    ...settings.plan,
    leftOut: { ...settings.plan.leftOut, remind: secondsInDay },
  }
  return { ...settings, place, ...(plan === undefined ? {} : { plan }) }
}
