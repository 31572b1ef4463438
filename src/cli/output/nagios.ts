import type { Report } from '../../core/report.ts'
import { rank, worst } from '../../core/severity.ts'
import { clean } from '../../core/text.ts'
import type { Metric, Severity, Verdict } from '../../core/types.ts'

/**
 * A line for each check, the worst first, as a monitoring plugin prints it.
 *
 * A check that could not be read because its database does not answer has the database's severity.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export function formatNagios(
  { verdicts }: Pick<Report, 'verdicts'>,
  { verbose = false }: { readonly verbose?: boolean } = {},
): string {
  const databases = new Map(verdicts.map((verdict) => [verdict.check, verdict.severity]))
  const lines = verdicts
    .filter(({ kind }) => kind === 'check')
    .map((verdict) => ({
      verdict,
      severity: worst([verdict.severity, databases.get(verdict.blockedBy ?? '') ?? 'ok']),
    }))
    .toSorted((a, b) => rank(b.severity) - rank(a.severity))
  return lines.map(({ verdict, severity }) => lineOf(verdict, severity) + (verbose ? detailsOf(verdict) : '')).join('')
}

/** The one line of a plugin that could not do its work. */
export function formatFailure(message: string): string {
  return `UNKNOWN - lastalive: ${wordsOf(message)}\n`
}

function lineOf(verdict: Verdict, severity: Severity): string {
  const cure = verdict.cure === undefined ? '' : `; ${verdict.cure}`
  const perfdata = verdict.metrics.map(formatMetric).join(' ')
  return `${severity.toUpperCase()} - ${wordsOf(`${verdict.check}: ${verdict.summary}${cure}`)} | ${perfdata}\n`
}

/** What a verdict was made of, below its line. */
function detailsOf({ observed, skew }: Verdict): string {
  if (observed === undefined) return ''
  const difference = `the database's clock is ${Math.abs(skew ?? 0).toFixed(1)} s ${(skew ?? 0) < 0 ? 'behind' : 'ahead'}`
  return `  last beat ${observed.toISOString()}, ${difference}\n`
}

/** What stands before the bar may hold none itself. */
function wordsOf(text: string): string {
  return clean(text).replaceAll('|', '\\x7c')
}

function formatMetric({ name, value, unit, warning, critical, min }: Metric): string {
  const shown = value === undefined ? 'U' : `${Math.max(0, Math.floor(value))}${unit}`
  return `${name}=${shown};${warning ?? ''};${critical ?? ''};${min ?? ''}`
}
