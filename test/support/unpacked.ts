import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UNSHARE } from './own-mounts.ts'

/** Such programs know their places below /usr; in mounts of their own what was unpacked is seen there too. */
const OVERLAID = 'cd "$0" && mount -t overlay overlay -o lowerdir=usr:/usr /usr && cd / && exec "$@"'

/**
 * Finds programs that are installed, or that .ci/run has unpacked beside the modules.
 *
 * @param folder where .ci/run unpacks them, below node_modules
 * @param programs their absolute paths, as Debian has them
 * @returns the words that stand before their own words; undefined where they are not to be found, or cannot be started
 */
export function launcherOf(folder: string, programs: readonly string[]): readonly string[] | undefined {
  if (programs.every((path) => existsSync(path))) return []
  const unpacked = fileURLToPath(new URL(`../../node_modules/${folder}`, import.meta.url))
  if (!programs.every((path) => existsSync(path) || existsSync(join(unpacked, path)))) return undefined
  const words = [...UNSHARE, 'sh', '-ec', OVERLAID, unpacked]
  try {
    const [program = '', ...parameters] = [...words, 'test', '-x', programs[0] ?? '']
    execFileSync(program, parameters, { stdio: 'ignore' })
    return words
  } catch {
    return undefined
  }
}
