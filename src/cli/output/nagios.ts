import { differenceOf } from '../../core/judge.ts'
import { titleOf } from '../../core/names.ts'
import type { Report } from '../../core/report.ts'
import { rank, worst } from '../../core/severity.ts'
import { clean } from '../../core/text.ts'
import type { Metric, Severity, Verdict } from '../../core/types.ts'
import { formatMetric } from './perfdata.ts'

/**
 * A line for each check and each of its rows, the worst first, as a monitoring plugin prints it. The first line of each
 * database says, where it does not answer, what to do about it.
 *
 * The first line of all has the figures of all, also of how the clocks differ: Nagios takes whatever comes after a second
 * bar for figures, and Icinga the space behind it for a part of a name.
 *
 * A check that could not be read because its database does not answer has the database's severity.
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export function formatNagios(
  { verdicts }: Pick<Report, 'verdicts'>,
  { verbose = false }: { readonly verbose?: boolean } = {},
): string {
  const lines = bySource(verdicts)
    .flatMap(linesOf)
    .toSorted((a, b) => rank(b.severity) - rank(a.severity))
  const perfdata = lines.flatMap(({ metrics }) => metrics.map(formatMetric)).join(' ')
  return lines
    .map(
      (line, i) => `${formatLine(line)}${i === 0 ? ` | ${perfdata}` : ''}\n${verbose ? detailsOf(line.verdict) : ''}`,
    )
    .join('')
}

interface Line {
  readonly verdict: Verdict
  readonly severity: Severity
  readonly cure: string | undefined
  readonly metrics: readonly Metric[]
}

/** Each source's own verdict comes before those of its checks. */
function bySource(verdicts: readonly Verdict[]): readonly (readonly Verdict[])[] {
  const groups: Verdict[][] = []
  for (const verdict of verdicts) {
    if (verdict.kind === 'database') groups.push([])
    groups.at(-1)?.push(verdict)
  }
  return groups
}

function linesOf([source, ...verdicts]: readonly Verdict[]): readonly Line[] {
  const severityOf = ({ severity, blockedBy }: Verdict): Severity =>
    blockedBy === undefined ? severity : worst([severity, source?.severity ?? 'ok'])
  const lines = verdicts.map((verdict) => ({
    verdict,
    severity: severityOf(verdict),
    cure: verdict.cure,
    metrics: verdict.metrics,
  }))
  const [first, ...rest] = lines.toSorted((a, b) => rank(b.severity) - rank(a.severity))
  if (first === undefined) return []
  const cure = first.verdict.blockedBy === undefined ? first.cure : source?.cure
  return [{ ...first, cure, metrics: [...first.metrics, ...(source?.metrics ?? [])] }, ...rest]
}

/** The one line of a plugin that could not do its work. */
export function formatFailure(message: string): string {
  return `UNKNOWN - lastalive: ${wordsOf(message)}\n`
}

function formatLine({ verdict, severity, cure }: Line): string {
  const todo = cure === undefined ? '' : `; ${cure}`
  return `${severity.toUpperCase()} - ${wordsOf(`${titleOf(verdict)}: ${verdict.summary}${todo}`)}`
}

/** What a verdict was made of, below its line. */
function detailsOf({ observed, skew }: Verdict): string {
  if (observed === undefined) return ''
  return `  last beat ${observed.toISOString()}, the database's clock is ${differenceOf(skew ?? 0)}\n`
}

/** What stands before the bar may hold none itself. */
function wordsOf(text: string): string {
  return clean(text).replaceAll('|', '\\x7c')
}
