import type { Check, Many } from '../../core/check.ts'
import { given } from '../../core/given.ts'
import { type Limits, limitsOf, parseLimit, type Range, upTo } from '../../core/judge/range.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { parseWindows } from '../../core/time/window.ts'
import type { FaultKind, Severity } from '../../core/types.ts'
import { type Secrets, secretAt } from '../read/secrets.ts'
import type { Written } from '../read/written.ts'
import { measured } from '../rules/kind-of.ts'
import { MOST_ROWS } from '../rules/many.ts'
import type { CheckEntry, Defaults } from '../shape/shape.ts'

/** How late a run may be, in seconds: most jobs take a while. */
const GRACE = 600

/** What a check gets from elsewhere than its own entry. */
export interface CheckSurroundings {
  readonly defaults: Defaults
  readonly storedIn: string
  readonly isZoneGuessed: boolean
  /** IANA zone of schedule and open hours */
  readonly timezone: string
  readonly parseSchedule: Written['parseSchedule']
  readonly readLimits: ReturnType<typeof limitReader>
  /** a recipe says how late is too late: the limits of `defaults` are not for it */
  readonly hasRecipeLimits: boolean
  /** the keys that a recipe has filled in */
  readonly fromRecipe: ReadonlySet<string>
  readonly kind: SourceKind
  readonly secretFiles: Secrets
  readonly faults: Readonly<Record<FaultKind, Severity>>
}

/** Fills in what a check does not say. The limits of `defaults` are ages, and so are for checks of ages alone. */
export function buildCheck(name: string, entry: CheckEntry, surroundings: CheckSurroundings): Check {
  const { defaults, storedIn, isZoneGuessed, faults, hasRecipeLimits, readLimits, kind } = surroundings
  const { fromRecipe, secretFiles, timezone } = surroundings
  const judged = measured(entry, kind)
  const measure = judged ?? 'age'
  const source = typeof entry.database === 'string' ? entry.database : `${kind.key}:${name}`
  const secretOf = (key: string): string | undefined => secretAt(secretFiles, ['checks', name], key)
  const look = kind.look(entry, { fromRecipe, timezone, secretAt: secretOf })
  const usual = judged === 'age' && !hasRecipeLimits ? readLimits(defaults, measure) : {}
  const limits = withDeadline({ ...usual, ...readLimits(entry, measure) }, measure)
  return {
    name,
    source,
    where: kind.where,
    look,
    measure,
    ...movementOf(entry),
    ...given(entry as Plain, OPTIONAL),
    ...(kind.isOfPeers === true ? { isOfPeer: true as const } : {}),
    ...(kind.isMany?.(entry) === true ? { many: manyOf(entry) } : {}),
    ...timesOf(entry, surroundings),
    ...limits,
    missing: entry.missing ?? defaults.missing ?? 'unknown',
    futureTolerance: entry.future_tolerance ?? defaults.future_tolerance ?? 60,
    clock: entry.clock ?? defaults.clock ?? 'database',
    unit: entry.unit ?? defaults.unit ?? 'auto',
    storedIn,
    ...(isZoneGuessed ? { isZoneGuessed } : {}),
    faults,
  }
}

/** What is judged of a value that says nothing by itself. */
function movementOf({ by, per }: CheckEntry): Pick<Check, 'by'> {
  if (by === 'change') return { by: { kind: 'change' } }
  return by === 'rate' && per !== undefined ? { by: { kind: 'rate', per } } : NOT_BY_MOVEMENT
}

/** One for all: there may be ten thousand. */
const NOT_BY_MOVEMENT: Pick<Check, 'by'> = {}

/** A deadline is one by itself, also where only something before it has a limit. */
function withDeadline(limits: Limits, measure: Check['measure']): Limits {
  const { warning, critical } = limits
  const isBefore = warning === undefined || (warning.alerts === 'outside' && warning.to < 0)
  return measure === 'overdue' && critical === undefined && isBefore ? { ...limits, critical: upTo(0) } : limits
}

/** What a check has as it was written, if at all. */
type Plain = Partial<Pick<Check, (typeof OPTIONAL)[number]>>

const OPTIONAL = ['json', 'pattern', 'tags', 'after', 'note', 'runbook'] as const

function timesOf(
  { schedule, grace = GRACE, during, except = [] }: CheckEntry,
  { timezone, parseSchedule }: CheckSurroundings,
): Pick<Check, 'scheduled' | 'open'> {
  if (schedule === undefined && during === undefined) return {}
  const parsed = schedule === undefined ? undefined : parseSchedule?.(schedule)
  const hours = during === undefined ? undefined : parseWindows(during, except)
  return {
    ...(parsed?.kind === 'schedule' ? { scheduled: { schedule: parsed.schedule, timezone, grace } } : {}),
    ...(hours?.kind === 'windows' ? { open: { windows: hours.windows, timezone } } : {}),
  }
}

function manyOf({ judge, vanished, expect, min_rows, max_rows }: CheckEntry): Many {
  return {
    judge: judge ?? 'each',
    vanished: vanished ?? 'unknown',
    expect: expect ?? [],
    minRows: min_rows ?? 0,
    maxRows: max_rows ?? MOST_ROWS,
  }
}

/** Reads limits; of thousands of checks most have the same few. */
export function limitReader() {
  const known = { age: new Map(), overdue: new Map(), amount: new Map() } as const
  const limit = (text: string | undefined, measure: Check['measure']): Range | undefined => {
    if (text === undefined) return undefined
    const range: Range | undefined = known[measure].get(text) ?? parseLimit(text, measure)
    known[measure].set(text, range)
    return range
  }
  return ({ warning, critical }: Pick<CheckEntry, 'warning' | 'critical'>, measure: Check['measure']): Limits =>
    limitsOf({ warning: limit(warning, measure), critical: limit(critical, measure) })
}
