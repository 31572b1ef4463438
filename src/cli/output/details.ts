import { differenceOf } from '../../core/judge/source.ts'
import type { Asked } from '../../core/ports.ts'
import type { Metric, Verdict } from '../../core/types.ts'
import { clean, redact, shorten } from '../../core/words/text.ts'
import { mistakesOf } from './mistakes.ts'
import { formatBounds } from './perfdata.ts'

const LONGEST = 1_000

export interface SourceQuestion extends Asked {
  readonly source: string
}

/**
 * How a verdict came about, one line each: with `-v` all mistakes of the configuration, the last beat, or what
 * was printed; with `-vvv`
 * the value as it was read, and what follows from it.
 */
export function detailsOf(verdict: Verdict, verbosity: number): readonly string[] {
  const { observed, skew, raw, tail = [] } = verdict
  return [
    ...(verbosity < 1 ? [] : mistakesOf(verdict)),
    ...(verbosity < 1 || observed === undefined
      ? []
      : [
          `  last beat ${observed.toISOString()}${skew === undefined ? '' : `, the database's clock is ${differenceOf(skew)}`}`,
        ]),
    ...(verbosity < 1 ? [] : tail.map((line) => `  output: ${line}`)),
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
  const figure =
    value === undefined ? 'no figure' : `${typeof value === 'bigint' ? value : Number(value.toFixed(3))}${unit}`
  return [`  judged ${[figure, ...limits].join(', ')}: ${severity}, by its ${cause}`]
}

function rangeOf(range: NonNullable<Metric['warning']>, metric: Metric): string {
  return formatBounds(range, metric)
}

/**
 * What the databases were asked, one line each: with `-v` their addresses and how long they took, with `-vv` the
 * queries and their parameters.
 *
 * @param options.shown each database for people, by its name
 */
export function tracesOf(
  verdicts: readonly Verdict[],
  questions: readonly SourceQuestion[],
  {
    verbosity,
    shown,
    secrets,
  }: { readonly verbosity: number; readonly shown: ReadonlyMap<string, string>; readonly secrets: readonly string[] },
): readonly string[] {
  if (verbosity < 1) return []
  const databases = verdicts.filter(({ aspect }) => aspect === 'answer')
  return databases.flatMap(({ source: name = '', response, severity }) => {
    const took = response === undefined ? `did not answer (${severity})` : `answered within ${seconds(response)}`
    const asked = verbosity < 2 ? [] : questions.filter(({ source }) => source === name).map(questionOf)
    return [`database ${name}: ${shown.get(name) ?? ''} ${took}`, ...asked.map((line) => redact(line, secrets))]
  })
}

function questionOf({ what, with: values, rows, seconds: took }: SourceQuestion): string {
  const words = shorten(clean(what.replaceAll(/\s+/g, ' ').trim()), LONGEST)
  const bound = values.length === 0 ? '' : ` with ${shorten(clean(JSON.stringify(values)), LONGEST)}`
  const result = rows === undefined ? 'not answered' : rows === 1 ? '1 row' : `${rows} rows`
  return `  asked ${words}${bound}: ${result} in ${seconds(took)}`
}

function seconds(length: number): string {
  return `${Number(length.toFixed(3))} s`
}
