import type { Check, Many } from '../check.ts'
import { idOf } from '../names.ts'
import type { Reading, Verdict } from '../types.ts'
import { compareFigures, type Figure } from './figure.ts'
import { judge } from './judge.ts'
import { isFault, rank } from './severity.ts'
import { headOf, tidy } from './verdict.ts'

/**
 * Judges all readings of one check.
 *
 * @returns the check's own verdict first, then with `judge: each` one for each row
 */
export function judgeAll(check: Check, readings: readonly Reading[]): readonly Verdict[] {
  const { many } = check
  const verdicts = readings.map((reading) => judge(check, reading))
  if (many === undefined) return verdicts
  const own = verdicts.filter(({ item }) => item === undefined)
  const rows = verdicts.filter(({ item }) => item !== undefined)
  const isWhole = own.some((verdict) => verdict.isWhole === true)
  const missing = isWhole ? expectedButMissing(check, many, rows) : []
  if (many.judge === 'each') return [...own, ...rows, ...missing]
  return [judgeAsOne(check, many.judge, { rows, rest: [...own, ...missing] })]
}

function expectedButMissing(check: Check, many: Many, rows: readonly Verdict[]): readonly Verdict[] {
  const there = new Set(rows.map(({ item }) => item))
  const names = many.expect.filter((name) => !there.has(name))
  return names.map((item) => ({
    ...headOf(check, { item }),
    severity: check.missing,
    cause: 'absent',
    summary: 'is expected, and has no row',
  }))
}

/** Among equally bad rows `any` takes the newest beat, `all` the oldest. */
function judgeAsOne(
  check: Check,
  mode: 'any' | 'all',
  { rows, rest }: { readonly rows: readonly Verdict[]; readonly rest: readonly Verdict[] },
): Verdict {
  const [chosen] = rows.toSorted(mode === 'any' ? compareBest : (a, b) => compareBad(b, a))
  const problem = worstOf(rest.filter(isProblem))
  const own = headOf(check)
  if (problem !== undefined && (chosen === undefined || rank(problem.severity) >= rank(chosen.severity))) {
    const { item, ...found } = problem
    return { ...found, ...own, summary: item === undefined ? found.summary : tidy(`${item}: ${found.summary}`) }
  }
  if (chosen === undefined) return { ...own, severity: check.missing, cause: 'absent', summary: 'no rows' }
  const { item = '', ...found } = chosen
  const id = idOf({ check: check.name, item })
  const nameOf = (name: string): string => check.name + (name.startsWith(id) ? name.slice(id.length) : '')
  const metrics = found.metrics.map((metric) => ({ ...metric, name: nameOf(metric.name) }))
  const which = `the ${mode === 'any' ? 'best' : 'worst'} of ${rows.length}`
  return { ...found, metrics, summary: tidy(`${found.summary}; ${which}: ${item}`) }
}

/** A row that is ok hides no other. But a row that could not be read is never ok. */
function isProblem({ severity, cause }: Verdict): boolean {
  return severity !== 'ok' || isFault(cause)
}

/** A row without a time comes last: neither NULL nor a beat of tomorrow is a sign of life. */
function compareBest(a: Verdict, b: Verdict): number {
  return silenceOf(a) - silenceOf(b) || compareBad(a, b)
}

/** A row that cannot be read goes before one without a time: `missing: ok` is not a recovery. */
function silenceOf({ cause }: Verdict): number {
  if (cause === 'absent') return 2
  return cause === 'future' || isFault(cause) ? 1 : 0
}

/** Among equally bad rows one that cannot be read is the worst: a fault that counts as ok is not a recovery. */
function compareBad(a: Verdict, b: Verdict): number {
  return (
    rank(a.severity) - rank(b.severity) ||
    Number(isFault(a.cause)) - Number(isFault(b.cause)) ||
    compareFigures(figureOf(a), figureOf(b))
  )
}

function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted((a, b) => rank(b.severity) - rank(a.severity))[0]
}

function figureOf({ age, amount }: Verdict): Figure {
  return age ?? amount ?? 0
}
