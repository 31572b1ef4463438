import { parseMaintenance } from '../core/incident/maintenance.ts'
import type { Maintenance } from '../core/incident/muted.ts'
import { sourceIn } from '../core/names.ts'
import { child } from '../core/shape/tree.ts'
import { isZone } from '../core/time/zone.ts'
import { systemZone } from './read/system-zone.ts'

/**
 * When a check or a source is expected to fail, in a configuration as it stands there: whether the rest is right does not
 * matter.
 *
 * @param name a check, or a source as `database:NAME`
 * @returns undefined where nothing is planned, or nothing that can be read
 */
export function plannedFor(raw: unknown, name: string): Maintenance | undefined {
  const of = sourceIn(name)
  const entry = of === undefined ? child(child(raw, 'checks'), name) : child(child(raw, 'databases'), of.source)
  if (entry === undefined) return undefined
  const written = child(entry, 'maintenance') ?? child(child(raw, 'defaults'), 'maintenance')
  const texts = [written].flat().filter((text) => typeof text === 'string')
  if (texts.length === 0) return undefined
  const zones = [...(of === undefined ? [child(entry, 'timezone')] : []), child(raw, 'timezone')]
  const zone = zones.find((one) => typeof one === 'string' && isZone(one))
  const parsed = parseMaintenance(texts, typeof zone === 'string' ? zone : systemZone())
  return parsed.kind === 'maintenance' ? parsed.maintenance : undefined
}
