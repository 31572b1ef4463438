import type { Measure } from '../../core/judge/measure.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import type { ParsedSchedule } from '../../core/time/parsed-schedule.ts'
import { parseWindows } from '../../core/time/window.ts'

/** Keys that mean something beside another one only. */
const NEEDS: readonly (readonly [key: string, needed: string])[] = [
  ['grace', 'schedule'],
  ['except', 'during'],
]

/** Keys that mean the clock on the wall. */
const ZONED = ['schedule', 'during', 'maintenance'] as const

/** Any instant will do for asking whether something ever comes. */
const EPOCH = new Date(0)

/** What is wrong with when a check's beats are due, and with its open hours. */
export function timeProblems(
  entry: unknown,
  path: Path,
  {
    parseSchedule,
    defaults,
    measure,
    isScheduled = false,
  }: {
    readonly parseSchedule?: ((expression: string) => ParsedSchedule) | undefined
    readonly defaults: unknown
    /** undefined where the source judges by itself */
    readonly measure: Measure | undefined
    /** it has a schedule and a grace all the same */
    readonly isScheduled?: boolean
  },
): readonly Problem[] {
  const isFitting = (key: string): boolean => measure === 'age' || (isScheduled && key === 'schedule')
  const misplaced = ['schedule', 'during'].filter((key) => child(entry, key) !== undefined && !isFitting(key))
  const alone = NEEDS.filter(
    ([key, needed]) =>
      child(entry, key) !== undefined && child(entry, needed) === undefined && !(isScheduled && key === 'grace'),
  )
  const hasZone = child(entry, 'timezone') !== undefined
  const isZoneIdle = hasZone && ZONED.every((key) => child(entry, key) === undefined)
  return [
    ...misplaced.map((key) => ({ path: [...path, key], text: 'goes with the age of a time; leave it out' })),
    ...alone.map(([key, needed]) => ({ path: [...path, key], text: `goes with ${needed}; leave it out` })),
    ...(isZoneIdle
      ? [{ path: [...path, 'timezone'], text: 'goes with schedule, during or maintenance; leave it out' }]
      : []),
    ...idleHours(entry, path, defaults),
    ...scheduleProblems(entry, path, parseSchedule),
    ...windowProblems(entry, path),
  ]
}

/** Open hours count towards an age: beside a schedule alone they would mean nothing. */
function idleHours(entry: unknown, path: Path, defaults: unknown): readonly Problem[] {
  const hasLimit = ['warning', 'critical'].some((key) => (child(entry, key) ?? child(defaults, key)) !== undefined)
  if (child(entry, 'during') === undefined || child(entry, 'schedule') === undefined || hasLimit) return []
  return [{ path: [...path, 'during'], text: 'counts towards a limit; write critical: 26h, say, or leave it out' }]
}

function scheduleProblems(
  entry: unknown,
  path: Path,
  parseSchedule: ((expression: string) => ParsedSchedule) | undefined,
): readonly Problem[] {
  const written = child(entry, 'schedule')
  if (typeof written !== 'string' || written.trim() === '' || parseSchedule === undefined) return []
  const parsed = parseSchedule(written)
  const at = [...path, 'schedule']
  if (parsed.kind === 'rejected') return [{ path: at, text: parsed.error }]
  const isNever = parsed.schedule.nextDue('UTC', EPOCH) === undefined
  // What is made of it says best why; that it is never due stands in front.
  const why = parsed.warnings.map((text) => text.replace(/^it is never due(: )?/, '')).filter((text) => text !== '')
  return isNever ? [{ path: at, text: `is never due: ${why.join('; ')}` }] : []
}

function windowProblems(entry: unknown, path: Path): readonly Problem[] {
  const [during, except] = [child(entry, 'during'), child(entry, 'except')]
  if (typeof during !== 'string' || during.trim() === '') return []
  const dates = (Array.isArray(except) ? except : [except]).filter((date) => typeof date === 'string')
  const hours = parseWindows(during)
  if (hours.kind === 'rejected') return [{ path: [...path, 'during'], text: hours.error }]
  const whole = parseWindows(during, dates)
  return whole.kind === 'rejected' ? [{ path: [...path, 'except'], text: whole.error }] : []
}
