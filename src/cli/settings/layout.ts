import { basename, dirname, join, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import { errorCode, UsageError } from '../../core/errors.ts'
import { mayHoldPassword } from '../../core/shape/tree.ts'
import { shellWord } from '../../core/words/text.ts'
import { realpath } from '../../io/files/fs.ts'
import { directoryLayout, type Layout, lockfileLayout } from '../../store/lockfiles/layout.ts'
import type { WatchOptions } from '../options/options.ts'
import type { World } from '../world.ts'

/** Where incidents are kept, and whose they are; with a lockfile of the user's choice, beside it. */
export function layoutOf(
  options: Pick<WatchOptions, 'state' | 'lockfile'>,
  whose: Pick<Config, 'origin'>,
  world: World,
): Layout {
  const { lockfile } = options
  const wrong = (['state', 'lockfile'] as const).find((option) => mayHoldPassword(options[option] ?? ''))
  if (wrong !== undefined) throw new UsageError(`--${wrong} is no path, but looks like a URL; write a path`)
  if (lockfile === undefined) return directoryLayout(stateDirectory(options.state, world), whose)
  if (lockfile === '') throw new UsageError('--lockfile is empty (a variable that is not set?); write a path')
  if (options.state !== undefined) throw new UsageError('--state and --lockfile exclude each other; leave one out')
  return lockfileLayout(resolve(lockfile))
}

/** Says where the state is only if it is not where `status` looks by itself. */
export function statusCommandOf(state: string | undefined, { place }: Layout): string {
  if ('files' in place) return `lastalive status --lockfile ${shellWord(place.files[0] ?? '')}`
  return state === undefined ? 'lastalive status' : `lastalive status --state ${shellWord(place.directory)}`
}

function stateDirectory(given: string | undefined, { env, home }: World): string {
  const directory = given ?? env.LASTALIVE_STATE
  if (directory === '') throw new UsageError('the state directory is empty (a variable that is not set?); write a path')
  if (directory !== undefined) return resolve(directory)
  if (process.geteuid?.() === 0) return '/var/lib/lastalive'
  const base = env.XDG_STATE_HOME
  return join(base?.startsWith('/') ? base : join(home, '.local/state'), 'lastalive')
}

/** A path without links. The file itself comes and goes, so its directory is resolved. */
export async function realPath(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return join(await realpath(dirname(absolute)), basename(absolute))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(errorCode(error))) return absolute
    throw error
  }
}
