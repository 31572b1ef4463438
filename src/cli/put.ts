import { dirname, join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import type { Seconds } from '../core/types.ts'
import { LOCKFILE_NAME } from '../state/layout.ts'
import { replacePublic } from '../state/public-file.ts'
import type { WatchOptions } from './options.ts'
import { isOneLine, realPath, type Settings } from './settings.ts'
import type { World } from './world.ts'

/**
 * Puts a report where it is wanted: into the file of `--output`, else on stdout.
 *
 * @throws StateError
 */
export async function putReport(text: string, { output }: Pick<WatchOptions, 'output'>, world: World): Promise<void> {
  if (output === undefined) world.stdout.write(text)
  else await replacePublic(output, text)
}

/**
 * Refuses an `--output` that would replace what the run itself lives by: its configuration, its state, or a database file.
 *
 * @throws UsageError
 */
export function refuseOwn({ output }: Pick<WatchOptions, 'output'>, { config, layout, shown }: Settings): void {
  if (output === undefined) return
  const path = realPath(output)
  const { place, silences, lastRun, journal, pending, runLock, stuckLock } = layout
  const files = [silences, lastRun, journal, pending, runLock, stuckLock, ...('files' in place ? place.files : [])]
  const databases = [...shown.values()].map((place) => place.replace(/^sqlite:/, ''))
  const own = [config.origin, ...files, ...databases].some((file) => realPath(file) === path)
  const isConfig = dirname(path) === join(dirname(realPath(config.origin)), 'conf.d')
  if (own || isConfig || (LOCKFILE_NAME.test(path) && 'directory' in place)) {
    throw new UsageError('--output is a file that the run itself needs; name another')
  }
}

/**
 * Which run it is, in words that stay the same from one to the next: the configuration file with what was selected of it,
 * or the checks of the line. Two runs of one name have the same checks.
 */
export function nameOfRun(
  names: readonly string[],
  options: WatchOptions,
  { config, plan }: Pick<Settings, 'config' | 'plan'>,
): string {
  if (isOneLine(options)) return [...plan.selected].join(' ')
  const selection = [...(options.tag ?? []).map((tag) => `--tag ${tag}`), ...names]
  return [config.origin, ...selection].join(' ')
}

/** How long the command has been running. */
export function elapsedSeconds({ elapsedMs }: Pick<World, 'elapsedMs'>): Seconds {
  return Math.round(elapsedMs()) / 1_000
}
