import type { Seconds } from '../core/types.ts'
import { replacePublic } from '../state/public-file.ts'
import type { WatchOptions } from './options.ts'
import { isOneLine, type Settings } from './settings.ts'
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
