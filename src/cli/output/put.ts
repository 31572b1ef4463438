import { dirname, join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Seconds } from '../../core/types.ts'
import { replacePublic } from '../../io/files/public-file.ts'
import { filesAt } from '../../setup/open-store.ts'
import type { WatchOptions } from '../options/options.ts'
import { isOneLine } from '../options/written.ts'
import { realPath } from '../settings/place.ts'
import type { Settings } from '../settings/settings.ts'
import type { World } from '../world.ts'

/**
 * Writes a report to the file of `--output`, or to stdout.
 *
 * @throws StateError
 */
export async function putReport(text: string, { output }: Pick<WatchOptions, 'output'>, world: World): Promise<void> {
  if (output === undefined) world.stdout.write(text)
  else await replacePublic(output, text)
}

/**
 * Refuses an `--output` or `--beat-to` that would replace a file that the run needs: its configuration, its state, or a database.
 *
 * @throws UsageError
 */
export async function refuseOwn(options: Pick<WatchOptions, 'output' | 'beatTo'>, settings: Settings): Promise<void> {
  for (const [option, file] of [
    ['--output', options.output],
    ['--beat-to', options.beatTo],
  ] as const) {
    if (file === undefined || !(await isOwn(file, settings))) continue
    throw new UsageError(`${option} is a file that the run itself needs; name another`)
  }
  if (options.output !== undefined && options.output === options.beatTo)
    throw new UsageError('--beat-to is the file of --output; name another')
}

async function isOwn(file: string, { config, place, plan, shown }: Settings): Promise<boolean> {
  const path = await realPath(file)
  const { files, isLockfile } = filesAt(place, plan)
  const databases = [...shown.values()].flatMap((place) => /^sqlite:(.+)/s.exec(place)?.slice(1) ?? [])
  const own = await Promise.all([config.origin, ...files, ...databases].map(realPath))
  const isConfig = dirname(path) === join(dirname(await realPath(config.origin)), 'conf.d')
  return own.includes(path) || isConfig || isLockfile(path)
}

/**
 * A name for the run that stays the same: the configuration file with what was selected of it, or the checks of the
 * line. Two runs of one name have the same checks.
 */
export function nameOfRun(
  names: readonly string[],
  options: WatchOptions,
  { config, plan }: Pick<Settings, 'config' | 'plan'>,
): string {
  if (isOneLine(options)) return wordsOf([...plan.selected])
  const tags = (options.tag ?? []).flatMap((tag) => ['--tag', tag])
  return wordsOf([config.origin, ...tags, ...names])
}

function wordsOf(words: readonly string[]): string {
  return words.map((word) => (/["\\\s]|^$/.test(word) ? JSON.stringify(word) : word)).join(' ')
}

export function elapsedSeconds({ elapsedMs }: Pick<World, 'elapsedMs'>): Seconds {
  return Math.round(elapsedMs()) / 1_000
}
