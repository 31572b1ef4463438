import type { Report } from '../../core/incident/report.ts'
import { FROM_WORST, rank, worst } from '../../core/judge/severity.ts'
import { titleOf } from '../../core/names.ts'
import type { Metric, Severity, Verdict } from '../../core/types.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { formatMetric } from './perfdata.ts'

/** Pagers and overviews show no more of the first line. */
const LONGEST_SUMMARY = 80
/** A name is not cut below this, in characters. */
const SHORTEST_TITLE = 16
/** Old transports cut the first line here, in bytes. */
const LONGEST_FIRST_LINE = 1_024

/**
 * The output of a monitoring plugin. With one check it is one line, which also has what is wrong with its database's
 * clock or response time. With several the first line counts them and names the worst; then each check and each row has
 * a line, the worst first.
 *
 * Figures stand on the first line, those of the worst first. What would make it too long follows the last line. The
 * first line of each database also has the difference of its clock and its response time and, if it does not answer,
 * what to do.
 *
 * A check that could not be read because its database does not answer has the database's severity.
 *
 * @param options.detailsOf lines below a verdict's own
 * @param options.more lines below all others
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export function formatNagios(
  { verdicts }: Pick<Report, 'verdicts'>,
  {
    detailsOf = () => [],
    more = [],
  }: { readonly detailsOf?: (verdict: Verdict) => readonly string[]; readonly more?: readonly string[] } = {},
): string {
  const lines = [...alone(verdicts).map(lineOf), ...bySource(verdicts).flatMap(linesOf)].toSorted(
    (a, b) => rank(b.severity) - rank(a.severity),
  )
  const [worst, ...others] = lines
  if (worst === undefined) return formatFailure('nothing was checked')
  const checks = lines.filter(({ verdict }) => verdict.kind === 'check').length
  // A check with lines of its own below also gets a short line above them.
  const isAlone = lines.length === 1 && (worst.verdict.mistakes === undefined || detailsOf(worst.verdict).length === 0)
  const isOne = isAlone || (checks === 1 && lines.every(({ verdict }) => verdict.kind !== 'run'))
  const head = isOne ? foldedOf(worst, others) : summaryOf(lines, worst)
  const long = lines.flatMap((line) => [...(isOne ? [] : [wordsFor(line)]), ...detailsOf(line.verdict)])
  const named = (metric: Metric): Metric => (isOne ? { ...metric, name: metric.label ?? metric.name } : metric)
  const perfdata = lines.flatMap(({ metrics }) => metrics.map((metric) => formatMetric(named(metric))))
  return whole(head, [...long, ...more].map(wordsOf), perfdata)
}

/**
 * Both Nagios and Icinga read more figures after the last line, behind a bar. They must be on that line: Icinga takes
 * lines below it as text. No space may precede them: Icinga would take it as part of the name.
 */
function whole(head: string, long: readonly string[], perfdata: readonly string[]): string {
  let room = LONGEST_FIRST_LINE - Buffer.byteLength(`${head} | `)
  const isFirst = perfdata.findIndex((figure, i) => {
    room -= Buffer.byteLength(figure) + 1
    return i > 0 && room < 0
  })
  const count = isFirst === -1 ? perfdata.length : isFirst
  const [first, rest] = [perfdata.slice(0, count), perfdata.slice(count)]
  const lines = [first.length === 0 ? head : `${head} | ${first.join(' ')}`, ...long]
  if (rest.length > 0) lines.push(`${lines.pop()}${lines.length === 0 ? ' ' : ' |'}${rest.join(' ')}`)
  return `${lines.join('\n')}\n`
}

function foldedOf(worst: Line, others: readonly Line[]): string {
  const wrong = others.filter(({ verdict, severity }) => severity !== 'ok' && verdict.blockedBy === undefined)
  const words = wrong.map(({ verdict }) => wordsOf(`${titleOf(verdict)}: ${verdict.summary}`))
  return [wordsFor(worst), ...words].join('; ')
}

/**
 * The counts, and the first of the worst. If there is no room, its name is cut, and then there are fewer counts: what
 * is wrong with it comes last, and matters most.
 */
function summaryOf(lines: readonly Line[], worst: Line): string {
  if (worst.severity === 'ok') return `OK - all ${lines.length} are ok`
  const countOf = (severity: Severity): number => lines.filter((line) => line.severity === severity).length
  const listed = (severities: readonly Severity[]): string =>
    severities
      .filter((severity) => countOf(severity) > 0)
      .map((severity) => `${countOf(severity)} ${severity}`)
      .join(', ')
  const [title, summary] = [wordsOf(titleOf(worst.verdict)), wordsOf(worst.verdict.summary)]
  const least = Math.min(title.length, SHORTEST_TITLE)
  const roomIn = (count: string): number => LONGEST_SUMMARY - `${worst.severity} - ${count}: : ${summary}`.length
  const few = `${countOf(worst.severity)} of ${lines.length}`
  const counts = [listed(FROM_WORST), listed(FROM_WORST.filter((severity) => severity !== 'ok')), few]
  const count = counts.find((one) => roomIn(one) >= least) ?? few
  const named = `${shorten(title, Math.max(least, roomIn(count)))}: ${summary}`
  return shorten(`${worst.severity.toUpperCase()} - ${count}: ${named}`, LONGEST_SUMMARY)
}

interface Line {
  readonly verdict: Verdict
  readonly severity: Severity
  readonly cure: string | undefined
  readonly metrics: readonly Metric[]
}

/** Verdicts without a source come first: the configuration, and checks that it leaves out. */
function alone(verdicts: readonly Verdict[]): readonly Verdict[] {
  const first = verdicts.findIndex(({ aspect }) => aspect === 'answer')
  return first === -1 ? verdicts : verdicts.slice(0, first)
}

function lineOf(verdict: Verdict): Line {
  const { severity, cure, metrics } = verdict
  return { verdict, severity, cure, metrics }
}

/** Each source's own verdict comes before those of its checks. */
function bySource(verdicts: readonly Verdict[]): readonly (readonly Verdict[])[] {
  const groups: Verdict[][] = []
  for (const verdict of verdicts) {
    if (verdict.aspect === 'answer') groups.push([])
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

/** The line of a plugin that could not do its work. */
export function formatFailure(message: string, severity: Severity = 'unknown'): string {
  return formatOne({ severity, summary: `lastalive: ${message}`, metrics: [] })
}

export function formatOne({ severity, summary, metrics }: Pick<Verdict, 'severity' | 'summary' | 'metrics'>): string {
  const figures = metrics.length === 0 ? '' : ` | ${metrics.map(formatMetric).join(' ')}`
  return `${severity.toUpperCase()} - ${wordsOf(summary)}${figures}\n`
}

function wordsFor({ verdict, severity, cure }: Line): string {
  const todo = cure === undefined ? '' : `; ${cure}`
  return `${severity.toUpperCase()} - ${wordsOf(`${titleOf(verdict)}: ${verdict.summary}${todo}`)}`
}

/** Text before the bar must have no bar. */
function wordsOf(text: string): string {
  return clean(text).replaceAll('|', '\\x7c')
}
