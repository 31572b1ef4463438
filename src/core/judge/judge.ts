import type { Check } from '../check.ts'
import { idOf, titleOf } from '../names.ts'
import type { Beat, Fault, Reading, Verdict } from '../types.ts'
import { tailOf } from '../words/tail.ts'
import { shellQuoted, shorten } from '../words/text.ts'
import { findAge, findOverdue } from './age.ts'
import { doubtOf } from './doubt.ts'
import { type Figure, withoutNoise } from './figure.ts'
import { findOpenAge } from './open.ts'
import { formatRange, isBreached, type Limits, limitsOf, type Range } from './range.ts'
import { findScheduled } from './schedule.ts'
import { rank } from './severity.ts'
import { type Finding, findBlocked, findFault, headOf, metricOf, metricsOf, namedOf, tidy } from './verdict.ts'

export function judge(check: Check, reading: Reading): Verdict {
  const limited = reading.limits === undefined ? check : { ...check, ...reading.limits }
  const head = namedOf(check, reading)
  const finding = findIn(reading, limited, idOf(head))
  const { metrics = metricsOf(limited, head), summary } = finding
  // There may be ten thousand of these. On Node 20 a literal that begins with `...` takes ten times as long for each
  // further key, so this one begins with a key.
  const { item, raw, about } = reading
  const row = item === undefined ? {} : { item }
  const guess =
    raw?.isGuess === true ? { summary: `${summary}; a guess: the server's clock shows that time twice` } : {}
  const said = about === undefined ? {} : { summary: tidy(`${summary}; ${about}`) }
  const value = raw === undefined ? {} : { raw }
  const doubt =
    finding.severity === 'ok' || finding.cure !== undefined ? undefined : (reading.cure ?? doubtOf(limited, reading))
  const cure = doubt === undefined ? {} : { cure: doubt }
  return { check: check.name, ...row, kind: 'check', ...finding, metrics, ...value, ...guess, ...said, ...cure }
}

function findIn(reading: Reading, check: Check, name: string): Finding {
  switch (reading.kind) {
    case 'beat':
      return findBeat(check, reading, name)
    case 'amount':
      if (hasNoLimit(check)) return findFault(check.faults.invalid, NO_LIMIT)
      return findAmount(check, reading, name)
    case 'absent':
      return { severity: check.missing, cause: 'absent', summary: tidy(reading.why) }
    case 'endless':
      return { severity: 'ok', cause: 'overdue', summary: tidy(`never due (${reading.why})`) }
    case 'rows':
      return findRows(check, reading.count)
    case 'judged': {
      const { severity, summary, metrics, since, tail = [] } = reading
      const told = {
        ...(metrics && { metrics }),
        ...(since && { since }),
        ...(tail.length > 0 && { tail: tailOf(tail.join('\n')) }),
      }
      return { severity, cause: 'judged', summary: tidy(summary), ...told }
    }
    case 'fault':
      return findFault(check.faults[reading.fault.kind], reading.fault)
  }
}

/** With a schedule and limits of an age, the worse of both counts. */
function findBeat(check: Check, reading: Beat, name: string): Finding {
  const { scheduled } = check
  const late = hasNoLimit(check) ? name : `${name}_late`
  const run = scheduled === undefined ? undefined : findScheduled({ ...check, scheduled }, reading, late)
  if (hasNoLimit(check)) return run ?? findFault(check.faults.invalid, NO_LIMIT)
  const aged = findAged(check, reading, name)
  if (run === undefined) return aged
  const metrics = [...(aged.metrics ?? []), ...(run.metrics ?? [])]
  return { ...(rank(aged.severity) > rank(run.severity) ? aged : run), ...(metrics.length === 0 ? {} : { metrics }) }
}

function findAged(check: Check, reading: Beat, name: string): Finding {
  const { measure, open } = check
  if (measure === 'overdue') return findOverdue(check, reading, name)
  return open === undefined ? findAge(check, reading, name) : findOpenAge({ ...check, open }, reading, name)
}

/** The verdict on a check about which nothing is known, because what it depends on does not answer. */
export function judgeBlocked(
  check: Check,
  by: Parameters<typeof findBlocked>[0],
  { item, word = 'not read' }: { readonly item?: string | undefined; readonly word?: string } = {},
): Verdict {
  return { ...headOf(check, item === undefined ? {} : { item }), ...findBlocked(by, word) }
}

/**
 * The verdict on a row that had an incident and is gone.
 *
 * @param clearCommand what to type before the name to forget an incident
 */
export function judgeVanished(check: Check, item: string, clearCommand = 'lastalive clear'): Verdict {
  const vanished = check.many?.vanished ?? 'unknown'
  const head = headOf(check, { item })
  if (vanished === 'closed') return { ...head, severity: 'ok', cause: 'vanished', summary: 'its row is gone' }
  const cure = `if it is gone for good, forget it: ${clearCommand} ${shellQuoted(titleOf(head))}`
  return { ...head, severity: vanished, cause: 'vanished', summary: 'its row is gone', cure }
}

const NO_LIMIT: Fault = {
  kind: 'invalid',
  scope: 'check',
  message: 'has no limit',
  cure: 'write critical: 10m, say, or let the query bring a column of that name',
}

const LONGEST_FIGURE = 100

function hasNoLimit({ warning, critical }: Limits): boolean {
  return warning === undefined && critical === undefined
}

function findAmount(
  check: Check,
  { value, isLeast }: Extract<Reading, { readonly kind: 'amount' }>,
  name: string,
): Finding {
  const limits = withoutEndless(check)
  const found = { amount: value, cause: 'amount' as const, metrics: [metricOf(check, { name, value, limits })] }
  const gravest = gravestOf(check, value)
  const figure = shorten(String(withoutNoise(value)), LONGEST_FIGURE)
  const shown = isLeast === true ? `at least ${figure}` : figure
  if (gravest !== undefined) {
    return { severity: gravest.severity, summary: `${shown} (limit ${formatRange(gravest.range)})`, ...found }
  }
  const nearest = limits.warning ?? limits.critical
  return {
    severity: 'ok',
    summary: `${shown}${nearest === undefined ? '' : ` (limit ${formatRange(nearest)})`}`,
    ...found,
  }
}

/** A range that holds every number stands for no limit. */
function withoutEndless({ warning, critical }: Limits): Limits {
  const shown = (range: Range | undefined): Range | undefined =>
    range?.from === Number.NEGATIVE_INFINITY && range.to === Number.POSITIVE_INFINITY ? undefined : range
  return limitsOf({ warning: shown(warning), critical: shown(critical) })
}

function gravestOf(limits: Limits, value: Figure) {
  for (const severity of ['critical', 'warning'] as const) {
    const range = limits[severity]
    if (range !== undefined && isBreached(range, value)) return { severity, range }
  }
  return undefined
}

function findRows({ name, many, missing }: Check, count: number): Finding {
  const least = many?.minRows ?? 0
  const range = least > 0 ? { critical: { from: least, to: Number.POSITIVE_INFINITY, alerts: 'outside' as const } } : {}
  const found = { isWhole: true as const, metrics: [{ name, value: count, unit: '' as const, min: 0, ...range }] }
  const shown = count === 0 ? 'no rows' : count === 1 ? '1 row' : `${count} rows`
  if (count === 0 && least === 0) return { ...found, severity: missing, cause: 'absent', summary: shown }
  if (count >= least) return { ...found, severity: 'ok', cause: 'rows', summary: shown }
  return { ...found, severity: missing, cause: 'absent', summary: `${shown}, at least ${least} expected` }
}
