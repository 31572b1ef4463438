import { titleOf } from '../../core/names.ts'
import type { Report } from '../../core/report.ts'
import { rank, worst } from '../../core/severity.ts'
import { clean, shorten } from '../../core/text.ts'
import type { Metric, Severity, Verdict } from '../../core/types.ts'
import { formatMetric } from './perfdata.ts'

/** The first line is best under 80 characters: pagers and overviews show no more. */
const LONGEST_SUMMARY = 80
/** Old transports cut the first line there, in bytes. */
const LONGEST_FIRST_LINE = 1_024

/**
 * What a monitoring plugin prints. Of one check that is a line, on which what is wrong with its database's clock or its
 * response stands as well. Of many the first line counts them and names the worst;
 * then comes a line for each check and each of its rows, the worst first.
 *
 * Figures stand on the first line, those of the worst first; what would make it too long follows behind the last line,
 * as Nagios and Icinga read it. The first line of each database has its clock's difference and its response time as well,
 * and, where it does not answer, what to do about it.
 *
 * A check that could not be read because its database does not answer has the database's severity.
 *
 * @param options.detailsOf lines that stand below a verdict's own
 * @param options.more lines that stand below all others
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export function formatNagios(
  { verdicts }: Pick<Report, 'verdicts'>,
  {
    detailsOf = () => [],
    more = [],
  }: { readonly detailsOf?: (verdict: Verdict) => readonly string[]; readonly more?: readonly string[] } = {},
): string {
  const lines = bySource(verdicts)
    .flatMap(linesOf)
    .toSorted((a, b) => rank(b.severity) - rank(a.severity))
  const [worst, ...others] = lines
  if (worst === undefined) return formatFailure('nothing was checked')
  const isOne = lines.filter(({ verdict }) => verdict.kind === 'check').length === 1
  const head = isOne ? foldedOf(worst, others) : summaryOf(lines, worst)
  const long = lines.flatMap((line) => [...(isOne ? [] : [wordsFor(line)]), ...detailsOf(line.verdict)])
  const perfdata = lines.flatMap(({ metrics }) => metrics.map(formatMetric))
  return whole(head, [...long, ...more].map(wordsOf), perfdata)
}

/**
 * As both Nagios and Icinga put it together: more figures may follow the last line, behind a bar. They stand on that line,
 * since Icinga takes lines below it for words, and without a space, which Icinga would take for a part of the name.
 */
function whole(head: string, long: readonly string[], perfdata: readonly string[]): string {
  let room = LONGEST_FIRST_LINE - Buffer.byteLength(`${head} | `)
  const isFirst = perfdata.findIndex((figure, i) => {
    room -= Buffer.byteLength(figure) + 1
    return i > 0 && room < 0
  })
  const count = isFirst === -1 ? perfdata.length : isFirst
  const [first, rest] = [perfdata.slice(0, count), perfdata.slice(count)]
  const lines = [`${head} | ${first.join(' ')}`, ...long]
  if (rest.length > 0) lines.push(`${lines.pop()}${lines.length === 0 ? ' ' : ' |'}${rest.join(' ')}`)
  return `${lines.join('\n')}\n`
}

/** The worst, and what else is wrong. */
function foldedOf(worst: Line, others: readonly Line[]): string {
  const wrong = others.filter(({ verdict, severity }) => severity !== 'ok' && verdict.blockedBy === undefined)
  const words = wrong.map(({ verdict }) => wordsOf(`${titleOf(verdict)}: ${verdict.summary}`))
  return [wordsFor(worst), ...words].join('; ')
}

/** How many there are of each kind, and the first of the worst, as long as there is room for it. */
function summaryOf(lines: readonly Line[], worst: Line): string {
  const counts = FROM_WORST.flatMap((severity) => {
    const count = lines.filter((line) => line.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
  const head = `${worst.severity.toUpperCase()} - ${counts.join(', ')}`
  if (worst.severity === 'ok') return `OK - all ${lines.length} are ok`
  return shorten(`${head}: ${wordsOf(`${titleOf(worst.verdict)}: ${worst.verdict.summary}`)}`, LONGEST_SUMMARY)
}

const FROM_WORST: readonly Severity[] = ['critical', 'warning', 'unknown', 'ok']

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
export function formatFailure(message: string, severity: Severity = 'unknown'): string {
  return `${severity.toUpperCase()} - lastalive: ${wordsOf(message)}\n`
}

function wordsFor({ verdict, severity, cure }: Line): string {
  const todo = cure === undefined ? '' : `; ${cure}`
  return `${severity.toUpperCase()} - ${wordsOf(`${titleOf(verdict)}: ${verdict.summary}${todo}`)}`
}

/** What stands before the bar may hold none itself. */
function wordsOf(text: string): string {
  return clean(text).replaceAll('|', '\\x7c')
}
