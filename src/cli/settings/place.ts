import { basename, dirname, join, resolve } from 'node:path'
import { errorCode, UsageError } from '../../core/errors.ts'
import { mayHoldPassword } from '../../core/shape/tree.ts'
import { shellWord } from '../../core/words/text.ts'
import { realpath } from '../../io/files/fs.ts'
import type { Place } from '../../setup/place.ts'
import type { WatchOptions } from '../options/options.ts'
import type { World } from '../world.ts'

/** Where it is remembered what has been: in a state directory, or beside a lockfile of the user's choice. */
export function placeOf(options: Pick<WatchOptions, 'state' | 'lockfile'>, world: World): Place {
  const { lockfile } = options
  const wrong = (['state', 'lockfile'] as const).find((option) => mayHoldPassword(options[option] ?? ''))
  if (wrong !== undefined) throw new UsageError(`--${wrong} is no path, but looks like a URL; write a path`)
  if (lockfile === undefined) return { kind: 'directory', path: stateDirectory(options.state, world) }
  if (lockfile === '') throw new UsageError('--lockfile is empty (a variable that is not set?); write a path')
  if (options.state !== undefined) throw new UsageError('--state and --lockfile exclude each other; leave one out')
  return { kind: 'lockfile', path: resolve(lockfile) }
}

/** Says where the state is only if it is not where `status` looks by itself. */
export function statusCommandOf(state: string | undefined, { kind, path }: Place): string {
  if (kind === 'lockfile') return `lastalive status --lockfile ${shellWord(path)}`
  return state === undefined ? 'lastalive status' : `lastalive status --state ${shellWord(path)}`
}

/** Where the state of a user is, and what waits there. */
export function stateDirectory(given: string | undefined, { env, home }: World): string {
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
