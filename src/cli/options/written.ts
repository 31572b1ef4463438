import { ONE_LINE_OPTIONS } from '../../config/one-line-options.ts'
import type { Written } from '../../config/read/written.ts'
import { UsageError } from '../../core/errors.ts'
import { type Environment, parseDatabaseUrl, withServiceFiles } from '../../drivers/url.ts'
import { NOTIFIERS } from '../../setup/kinds.ts'
import { realPath } from '../settings/place.ts'
import type { World } from '../world.ts'
import type { WatchOptions } from './options.ts'
import { oneLineOrigin } from './origin.ts'

/** Whether the options describe a check themselves, so that no file is looked for. */
export function isOneLine(options: WatchOptions): boolean {
  return ONE_LINE_OPTIONS.some((name) => options[name] !== undefined)
}

/** What is written, in the file or in the line. */
export async function readWritten(options: WatchOptions, world: World, tells = true): Promise<Written> {
  if (!isOneLine(options)) {
    if (options.lockfile !== undefined)
      throw new UsageError('--lockfile goes with --url and --key; use --state with a file')
    const { loadWritten } = await import('../../config/load.ts')
    return loadWritten({ config: options.config, env: world.env, tells, notifierKinds: NOTIFIERS })
  }
  if (options.config !== undefined) {
    const given = ONE_LINE_OPTIONS.filter((name) => options[name] !== undefined).map(flagOf)
    throw new UsageError(`--config and ${given.join(', ')} exclude each other: what describes a check is in the file`)
  }
  const environment = await withServiceFiles(environmentOf(world), [options.url])
  const { name, identity } = placeIn(options, environment)
  const { writtenInLine } = await import('../../config/one-line.ts')
  const reader = options.schedule === undefined ? {} : await import('../../core/time/schedule.ts')
  const lockfile = options.lockfile === undefined ? undefined : await realPath(options.lockfile)
  let origin: string | undefined
  return writtenInLine(options, {
    database: { name, identity: identity ?? '' },
    notifierKinds: NOTIFIERS,
    // Made when it is asked for: most checks keep nothing.
    get origin() {
      origin ??= oneLineOrigin({ ...options, lockfile }, identity)
      return origin
    },
    ...reader,
  })
}

/** What is to be read, as far as the line says it rightly: what is wrong is found out with the rest of it. */
function placeIn(
  { url }: WatchOptions,
  environment: Environment,
): { readonly name: string; readonly identity: string | undefined } {
  try {
    return parseDatabaseUrl(url, environment)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { name: 'database', identity: undefined }
  }
}

/** `--key-column` of `keyColumn`. */
function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** What a database's settings may come from. */
export function environmentOf({ env, home, userName }: World): Environment {
  return { env, home, userName }
}
