import type { Measure } from '../../core/judge/measure.ts'
import type { Range } from '../../core/judge/range.ts'
import { parseLimit } from '../../core/judge/range.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { LONGEST, notDuration, show } from '../../core/shape/values.ts'

const SEVERITIES = ['warning', 'critical'] as const

/** Where limits come from that an entry does not have itself. */
interface Elsewhere {
  readonly defaults?: unknown
  /** undefined where the source judges by itself */
  readonly measure: Measure | undefined
  /** it needs no limit */
  readonly isLimited?: boolean
  /** the keys that a recipe has filled in */
  readonly fromRecipe?: ReadonlySet<string> | undefined
}

/** What a recipe brings that keeps the limits of `defaults` away: it knows how late its application may be. */
export const RECIPE_LIMITS = ['warning', 'critical', 'schedule', 'expires'] as const

/**
 * What is wrong with the limits of a check, or of `defaults`: what a limit has to look like depends on what is measured.
 *
 * @param elsewhere where these are the defaults themselves no more than what is measured
 */
export function limitProblems(entry: unknown, elsewhere: Elsewhere, path: Path): readonly Problem[] {
  const { measure, isLimited } = elsewhere
  if (measure === undefined) return []
  const hasRecipe = RECIPE_LIMITS.some((key) => elsewhere.fromRecipe?.has(key))
  const defaults = hasRecipe ? undefined : elsewhere.defaults
  const wrong = SEVERITIES.flatMap((severity) => {
    const text = textOf(child(entry, severity), { measure, severity })
    return text === undefined ? [] : [{ path: [...path, severity], text }]
  })
  if (wrong.length > 0) return wrong
  const isThere = SEVERITIES.some((severity) => child(entry, severity) !== undefined)
  if (isThere || path.length === 1)
    return orderProblems(entry, measure === 'age' ? defaults : undefined, { ...elsewhere, path, measure })
  const hasDefault = SEVERITIES.some((severity) => child(defaults, severity) !== undefined)
  // Rows may bring limits of their own, and a deadline has one by itself.
  if ((hasDefault && measure === 'age') || measure === 'overdue' || isLimited) return []
  if (child(entry, 'schedule') !== undefined) return []
  return [{ path, text: `has no limit; write critical: ${measure === 'amount' ? '100' : '10m'}, say` }]
}

interface Written {
  readonly measure: Measure
  readonly severity: (typeof SEVERITIES)[number]
}

function textOf(value: unknown, { measure, severity }: Written): string | undefined {
  // Whatever else it is has been told by the schema.
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const range = parseLimit(String(value), measure)
  if (measure === 'amount') {
    return range === undefined ? `${show(value)} is not a number or a range; write 100, 10: or 10:20` : undefined
  }
  const example = severity === 'warning' ? '5m' : '10m'
  if (range === undefined && parseLimit(String(value), 'overdue') !== undefined) {
    return `${show(value)} comes before a deadline; add expires: true, or write ${example}`
  }
  if (range === undefined) return notDuration(value, example)
  const ends = [range.from, range.to].filter(Number.isFinite)
  if (measure === 'age' && ends.every((end) => end === 0)) return `must be more than nothing; write ${example}`
  return ends.some((end) => end > LONGEST || end < -LONGEST) ? 'is longer than a century; write less' : undefined
}

/** Where a warning would come after what is critical. */
function orderProblems(
  entry: unknown,
  defaults: unknown,
  { path, measure, fromRecipe }: { readonly path: Path; readonly measure: Measure } & Pick<Elsewhere, 'fromRecipe'>,
): readonly Problem[] {
  const own = (key: (typeof SEVERITIES)[number]): unknown => (fromRecipe?.has(key) ? undefined : child(entry, key))
  const [ownWarning, ownCritical] = [own('warning'), own('critical')]
  const [warning, critical] = SEVERITIES.map((key) => child(entry, key) ?? child(defaults, key))
  const [inner, outer] = [rangeOf(warning, measure), rangeOf(critical, measure)]
  if (inner === undefined || outer === undefined || isInside(inner, outer)) return []
  const where = (own: unknown) => {
    if (own !== undefined) return ''
    return fromRecipe === undefined ? ' (of defaults)' : ' (of the recipe)'
  }
  const isPlain = inner.from === outer.from
  const [less, more] = isPlain ? ['write less', 'write more'] : ['write a narrower range', 'write a wider range']
  const [above, below] = isPlain ? ['above', 'below'] : ['wider than', 'narrower than']
  return [
    ownWarning === undefined
      ? { path: [...path, 'critical'], text: `is ${below} warning, ${show(warning)}${where(ownWarning)}; ${more}` }
      : { path: [...path, 'warning'], text: `is ${above} critical, ${show(critical)}${where(ownCritical)}; ${less}` },
  ]
}

/**
 * A warning that comes nowhere before what is critical is a slip. Ranges that alert inside, or of which each ends
 * somewhere before the other, may be anywhere.
 */
function isInside(inner: Range, outer: Range): boolean {
  if (inner.alerts === 'inside' || outer.alerts === 'inside') return true
  const isWider = inner.from <= outer.from && outer.to <= inner.to
  return !isWider || (inner.from === outer.from && inner.to === outer.to)
}

function rangeOf(value: unknown, measure: Measure): Range | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseLimit(String(value), measure) : undefined
}
