import { systemZone } from '../../config/read/system-zone.ts'
import type { StateStore } from '../../core/ports.ts'
import { isZone } from '../../core/time/zone.ts'

/** The zone of the configuration, as the last run has left it, or the system's: in it speak commands that read no file. */
export async function keptZone(store: StateStore): Promise<string> {
  // Whoever looks for the last run itself says why it cannot be read.
  const { timezone } = (await store.loadLastRun()).lastRun ?? {}
  return timezone !== undefined && isZone(timezone) ? timezone : systemZone()
}
