import { differenceOf } from '../../core/judge-database.ts'
import type { Asked } from '../../core/ports.ts'
import { clean, redact, shorten } from '../../core/text.ts'
import type { Metric, Verdict } from '../../core/types.ts'
import { formatLimit } from './perfdata.ts'

/** How much of a query or a value is shown, in characters. */
const LONGEST = 1_000

/** What was asked of a database, `database:NAME`. */
export interface Question extends Asked {
  readonly source: string
}

/**
 * What a verdict was made of, a line each: with one `-v` the last beat, with three the value as it was read, and what was
 * decided by it.
 */
export function detailsOf(verdict: Verdict, verbosity: number): readonly string[] {
  const { observed, skew, raw } = verdict
  return [
    ...(verbosity < 1 || observed === undefined
      ? []
      : [`  last beat ${observed.toISOString()}, the database's clock is ${differenceOf(skew ?? 0)}`]),
    ...(verbosity < 3 || raw === undefined
      ? []
      : [
          `  read ${raw.text === null ? 'NULL' : JSON.stringify(clean(shorten(raw.text, LONGEST)))} (${clean(raw.typeName)})`,
        ]),
    ...(verbosity < 3 ? [] : decisionOf(verdict)),
  ]
}

function decisionOf({ metrics: [metric], severity, cause }: Verdict): readonly string[] {
  if (metric === undefined) return []
  const { value, unit, warning, critical } = metric
  const limits = [
    warning === undefined ? undefined : `warning outside ${rangeOf(warning, metric)}`,
    critical === undefined ? undefined : `critical outside ${rangeOf(critical, metric)}`,
  ].filter((limit) => limit !== undefined)
  const figure = value === undefined ? 'no figure' : `${Number(value.toFixed(3))}${unit}`
  return [`  judged ${[figure, ...limits].join(', ')}: ${severity}, by its ${cause}`]
}

function rangeOf(range: NonNullable<Metric['warning']>, metric: Metric): string {
  return formatLimit(range, metric)
}

/**
 * What the databases were asked, a line each: with one `-v` how to reach them and how long it took, with two the queries,
 * and what was bound to them.
 *
 * @param options.shown each database for people, by its name
 */
export function tracesOf(
  verdicts: readonly Verdict[],
  questions: readonly Question[],
  {
    verbosity,
    shown,
    secrets,
  }: { readonly verbosity: number; readonly shown: ReadonlyMap<string, string>; readonly secrets: readonly string[] },
): readonly string[] {
  if (verbosity < 1) return []
  const databases = verdicts.filter(({ kind }) => kind === 'database')
  return databases.flatMap(({ check, response, severity }) => {
    const name = check.replace(/^database:/, '')
    const took = response === undefined ? `did not answer (${severity})` : `answered within ${seconds(response)}`
    const asked = verbosity < 2 ? [] : questions.filter(({ source }) => source === check).map(questionOf)
    return [`database ${name}: ${shown.get(name) ?? ''} ${took}`, ...asked.map((line) => redact(line, secrets))]
  })
}

function questionOf({ sql, parameters, rows, seconds: took }: Question): string {
  const words = shorten(clean(sql.replaceAll(/\s+/g, ' ').trim()), LONGEST)
  const bound = parameters.length === 0 ? '' : ` with ${shorten(clean(JSON.stringify(parameters)), LONGEST)}`
  const result = rows === undefined ? 'not answered' : rows === 1 ? '1 row' : `${rows} rows`
  return `  asked ${words}${bound}: ${result} in ${seconds(took)}`
}

function seconds(length: number): string {
  return `${Number(length.toFixed(3))} s`
}
