import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Variables } from './environment.ts'
import { type ReadFile, readTrustedFile } from './files.ts'

/** The main file, read. */
export interface MainFile {
  readonly path: string
  readonly read: ReadFile
}

/**
 * Finds and reads the configuration file: the one named by `--config`, else by LASTALIVE_CONFIG, else the user's, else
 * the system's; never one in the current directory.
 *
 * @throws UsageError where there is none
 */
export async function findConfig({
  config,
  env,
}: {
  readonly config?: string | undefined
  readonly env: Variables
}): Promise<MainFile> {
  if (config !== undefined) return readNamed(config, '--config')
  if (env.LASTALIVE_CONFIG !== undefined) return readNamed(env.LASTALIVE_CONFIG, 'LASTALIVE_CONFIG')
  const paths = [join(userConfigDirectory(env), 'lastalive/lastalive.yaml'), '/etc/lastalive/lastalive.yaml']
  for (const path of paths) {
    const read = await readTrustedFile(path)
    if (read.kind !== 'absent') return { path, read }
  }
  const advice = 'write one of them, name one with --config FILE, or name a database with --url'
  throw new UsageError(`there is no configuration at ${paths.join(' or ')}; ${advice}`)
}

async function readNamed(path: string, by: string): Promise<MainFile> {
  if (path.trim() === '') throw new UsageError(`${by} is empty; write the path of a file`)
  const read = await readTrustedFile(path)
  if (read.kind === 'absent') throw new UsageError(`${path}: there is no such file; ${by} names it`)
  return { path, read }
}

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ where a relative path counts as none */
function userConfigDirectory(env: Variables): string {
  const directory = env.XDG_CONFIG_HOME ?? ''
  return isAbsolute(directory) ? directory : join(env.HOME || homedir(), '.config')
}
