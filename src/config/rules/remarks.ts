import type { Check } from '../../core/check.ts'
import { isForNobody, NOBODY_TO_TELL } from '../../core/incident/routes.ts'
import type { Path } from '../../core/shape/tree.ts'
import { formatDuration } from '../../core/time/duration.ts'
import type { Seconds } from '../../core/types.ts'
import type { CheckConfig } from '../config.ts'
import type { Written } from '../read/written.ts'
import type { CheckEntry, KindOf, Parsed } from '../shape/shape.ts'

/** What is allowed and yet most likely not meant. */
export function remarksOn(
  parsed: Parsed,
  checks: readonly CheckConfig[],
  {
    written: { place, parseSchedule, sourceKinds },
    kindOf,
  }: {
    readonly written: Pick<Written, 'place' | 'parseSchedule' | 'sourceKinds'>
    readonly kindOf: KindOf
  },
): readonly string[] {
  const remark = (path: Path, text: string) => `${place(path).label}: ${text}`
  const notifiers = Object.keys(parsed.notifiers ?? {})
  const used = new Set(Object.values(parsed.checks).map((entry) => kindOf(entry).database?.(entry) ?? entry.database))
  if (parsed.jobs !== undefined) used.add(parsed.jobs)
  const idle = Object.keys(parsed.databases ?? {}).filter((name) => !used.has(name))
  return [
    ...(notifiers.length === 0 ? [NOBODY_TO_TELL] : []),
    ...idle.map((name) => remark(['databases', name], 'no check looks into it')),
    ...checks.flatMap(({ check, policy }) => {
      const interval = intervalRemark(check, parsed.checks[check.name])
      const isUntold = notifiers.length > 0 && isForNobody(policy.notify)
      // There is nothing to say of most.
      if (!isUntold && interval === undefined && check.scheduled === undefined) return []
      return [
        ...(isUntold ? [remark(['checks', check.name], 'nobody is told of it; write notify')] : []),
        ...warningsOf(check, parseSchedule).map((text) => remark(['checks', check.name, 'schedule'], text)),
        ...(interval === undefined ? [] : [remark(['checks', check.name, 'alive_interval'], interval)]),
      ]
    }),
    ...sourceKinds.flatMap((kind) => {
      const isOfKind = ({ check }: CheckConfig): boolean => kindOf(parsed.checks[check.name]) === kind
      const found = kind.remarks?.(checks.filter(isOfKind).map(({ check }) => check)) ?? []
      return found.map(({ check, key, text }) => remark(['checks', check, key], text))
    }),
  ]
}

/** What was probably not meant in a schedule. */
function warningsOf({ scheduled }: Check, parseSchedule: Written['parseSchedule']): readonly string[] {
  const parsed = scheduled === undefined ? undefined : parseSchedule?.(scheduled.schedule.expression)
  return parsed?.kind === 'schedule' ? parsed.warnings : []
}

/**
 * A service that writes each `alive_interval`, rounded up to whole minutes, may be one whole interval late without
 * being down: a limit must leave room for two of them, and for the minute between two runs.
 */
function intervalRemark(check: Check, entry: CheckEntry | undefined): string | undefined {
  const interval = entry?.alive_interval
  if (interval === undefined) return undefined
  if (interval === 0) return 'an interval of 0 means that the service never says that it is alive'
  const lowest = Math.min(
    ...[check.warning, check.critical].map((range) => Number(range?.to ?? Number.POSITIVE_INFINITY)),
  )
  const least: Seconds = 2 * Math.ceil(interval / 60) * 60 + 60
  if (lowest >= least) return undefined
  return `a limit of ${formatDuration(lowest)} is too short for this interval; write ${least / 60}m or more`
}
