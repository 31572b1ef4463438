import { systemZone } from '../../config/read/system-zone.ts'
import { StateError } from '../../core/errors.ts'
import { isZone } from '../../core/time/zone.ts'
import { readLastRun } from '../../store/lockfiles/last-run.ts'
import type { Layout } from '../../store/lockfiles/layout.ts'

/** The zone of the configuration, as the last run has left it, or the system's: in it speak commands that read no file. */
export async function keptZone({ lastRun }: Pick<Layout, 'lastRun'>): Promise<string> {
  const timezone = await readKept(lastRun)
  return timezone !== undefined && isZone(timezone) ? timezone : systemZone()
}

async function readKept(path: string): Promise<string | undefined> {
  try {
    return (await readLastRun(path))?.timezone
  } catch (error) {
    // Whoever looks for the last run itself says so.
    if (error instanceof StateError) return undefined
    throw error
  }
}
