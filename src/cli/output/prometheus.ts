import { present } from '../../core/given.ts'
import type { Report } from '../../core/incident/report.ts'
import type { Figure } from '../../core/judge/figure.ts'
import type { Range } from '../../core/judge/range.ts'
import { exitCodeOf, worst } from '../../core/judge/severity.ts'
import { sha256 } from '../../core/sha256.ts'
import type { Metric, Seconds, Severity, Verdict } from '../../core/types.ts'
import { clean, shorten } from '../../core/words/text.ts'

export interface RunFacts {
  readonly run: string
  readonly duration: Seconds
  /** how many recipients could not be told, and things not recorded; undefined for `check` */
  readonly errors?: { readonly undelivered: number; readonly state: number }
}

/**
 * A report in the text format of Prometheus, which is also OpenMetrics. Samples carry no time, since the textfile
 * collector refuses that. What is not known is left out.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export function formatPrometheus(report: Pick<Report, 'verdicts' | 'at'>, facts: RunFacts): string {
  const found = { at: report.at, facts, rows: rowsOf(report.verdicts) }
  const lines = METRICS.flatMap(({ name, help, read }) => {
    const samples = read(found).flatMap(({ labels, value }) =>
      value === undefined ? [] : [`${name}{${formatLabels({ run: facts.run, ...labels })}} ${formatValue(value)}`],
    )
    return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples]
  })
  // OpenMetrics must end like this. For Prometheus and its node exporter it is a comment.
  return [...lines, '# EOF'].map((line) => `${line}\n`).join('')
}

type Labels = Readonly<Record<string, string>>

interface Sample {
  readonly labels: Labels
  readonly value: Figure | undefined
}

interface Row {
  readonly verdict: Verdict
  readonly labels: Labels
}

interface Found {
  readonly at: Date
  readonly facts: RunFacts
  readonly rows: readonly Row[]
}

interface Family {
  readonly name: string
  /** one line without a backslash */
  readonly help: string
  /** besides `run`, which each sample has */
  readonly labels: readonly string[]
  readonly read: (found: Found) => readonly Sample[]
}

const OF_A_CHECK = ['check', 'item', 'database']

export const METRICS: readonly Family[] = [
  {
    name: 'lastalive_state',
    help: 'State of a check, of one of its rows, of a database or of its clock: 0 ok, 1 warning, 2 critical, 3 unknown.',
    labels: OF_A_CHECK,
    read: ({ rows }) => rows.map(({ verdict, labels }) => ({ labels, value: exitCodeOf(verdict.severity) })),
  },
  {
    name: 'lastalive_blocked',
    help: 'Whether its state is unknown because its database, or a check that it comes after, is not ok: 1 or 0.',
    labels: OF_A_CHECK,
    read: ofChecks(({ blockedBy }) => Number(blockedBy !== undefined)),
  },
  {
    name: 'lastalive_last_beat_timestamp_seconds',
    help: 'Time of the last beat, as the database has it.',
    labels: OF_A_CHECK,
    read: ofChecks(({ observed, cause }) => (cause === 'overdue' ? undefined : secondsOf(observed))),
  },
  {
    name: 'lastalive_deadline_timestamp_seconds',
    help: 'Time of the deadline, as the database has it.',
    labels: OF_A_CHECK,
    read: ofChecks(({ observed, cause }) => (cause === 'overdue' ? secondsOf(observed) : undefined)),
  },
  {
    name: 'lastalive_age_seconds',
    help: 'Age of the last beat as it is judged; of a deadline how long it is over, below zero before.',
    labels: OF_A_CHECK,
    read: ofChecks(({ age }) => age),
  },
  {
    name: 'lastalive_limit_seconds',
    help: 'Age above which the state is that of the label severity.',
    labels: [...OF_A_CHECK, 'severity'],
    read: ofLimits((verdict) => (isAge(verdict) ? 'to' : undefined)),
  },
  {
    name: 'lastalive_late_seconds',
    help: 'How long the outstanding run of a schedule has been due.',
    labels: OF_A_CHECK,
    read: ofChecks((verdict) => lateOf(verdict)?.value),
  },
  {
    name: 'lastalive_grace_seconds',
    help: 'How late a run of a schedule may be.',
    labels: OF_A_CHECK,
    read: ofChecks((verdict) => lateOf(verdict)?.critical?.to),
  },
  {
    name: 'lastalive_amount',
    help: 'Measured number.',
    labels: OF_A_CHECK,
    read: ofChecks(({ amount }) => amount),
  },
  {
    name: 'lastalive_amount_upper_limit',
    help: 'Number above which the state is that of the label severity.',
    labels: [...OF_A_CHECK, 'severity'],
    read: ofLimits((verdict) => (isAmount(verdict) ? 'to' : undefined)),
  },
  {
    name: 'lastalive_amount_lower_limit',
    help: 'Number below which the state is that of the label severity.',
    labels: [...OF_A_CHECK, 'severity'],
    read: ofLimits((verdict) => (isAmount(verdict) ? 'from' : undefined)),
  },
  {
    name: 'lastalive_rows',
    help: 'Rows found by a check of many rows.',
    labels: ['check', 'database'],
    read: ofChecks(({ isWhole, metrics }) => (isWhole === true ? metrics[0]?.value : undefined)),
  },
  {
    name: 'lastalive_database_up',
    help: 'Whether a database answers: 1 or 0.',
    labels: ['database'],
    read: ofDatabases(({ cause }) => Number(cause === 'answered')),
  },
  {
    name: 'lastalive_database_skew_seconds',
    help: "How far a database's clock is ahead of the watching host's.",
    labels: ['database'],
    read: ofDatabases(({ skew }) => skew),
  },
  {
    name: 'lastalive_database_response_seconds',
    help: 'How long a database took to connect and to answer everything.',
    labels: ['database'],
    read: ofDatabases(({ response }) => response),
  },
  {
    name: 'lastalive_checks',
    help: 'Checks in the state of the label state. Each counts once, by the worst of it and its rows.',
    labels: ['state'],
    read: ({ rows }) => countStates(rows),
  },
  {
    name: 'lastalive_run_errors',
    help: 'How many recipients the last run could not tell (kind undelivered), and how much it could not record (kind state).',
    labels: ['kind'],
    read: ({ facts }) => Object.entries(facts.errors ?? {}).map(([kind, value]) => ({ labels: { kind }, value })),
  },
  {
    name: 'lastalive_run_timestamp_seconds',
    help: 'When the last run judged, on the clock of the watching host.',
    labels: [],
    read: ({ at }) => [{ labels: {}, value: secondsOf(at) }],
  },
  {
    name: 'lastalive_run_duration_seconds',
    help: 'How long the run took until this was written.',
    labels: [],
    read: ({ facts }) => [{ labels: {}, value: facts.duration }],
  },
]

function ofChecks(figureOf: (verdict: Verdict) => Figure | undefined): Family['read'] {
  return ({ rows }) =>
    rows
      .filter(({ verdict }) => verdict.kind === 'check')
      .map(({ verdict, labels }) => ({ labels, value: figureOf(verdict) }))
}

function ofDatabases(figureOf: (verdict: Verdict) => Figure | undefined): Family['read'] {
  return ({ rows }) =>
    rows
      .filter(({ verdict }) => verdict.aspect === 'answer')
      .map(({ verdict, labels: { database = '' } }) => ({ labels: { database }, value: figureOf(verdict) }))
}

/** An end of the limits of a check. A range that alerts inside has no limit that could be drawn as a line. */
function ofLimits(endOf: (verdict: Verdict) => 'from' | 'to' | undefined): Family['read'] {
  const limitAt = (range: Range | undefined, end: 'from' | 'to'): Figure | undefined =>
    range !== undefined && range.alerts === 'outside' && Number.isFinite(Number(range[end])) ? range[end] : undefined
  return ({ rows }) =>
    rows.flatMap(({ verdict, labels }) => {
      const end = endOf(verdict)
      const [metric] = verdict.metrics
      if (end === undefined || metric === undefined) return []
      return (['warning', 'critical'] as const).map((severity) => ({
        labels: { ...labels, severity },
        value: limitAt(metric[severity], end),
      }))
    })
}

function isAge({ kind, metrics: [metric] }: Verdict): boolean {
  return kind === 'check' && metric?.unit === 's' && metric.isLateness !== true
}

function lateOf({ metrics }: Verdict): Metric | undefined {
  return metrics.find(({ isLateness }) => isLateness)
}

/** The number of rows of a check is judged, too, but is not an amount of the check. */
function isAmount({ kind, metrics, isWhole }: Verdict): boolean {
  return kind === 'check' && metrics[0]?.unit === '' && isWhole !== true
}

function countStates(rows: readonly Row[]): readonly Sample[] {
  const states = new Map<string, Severity>()
  for (const { verdict } of rows) {
    if (verdict.kind !== 'check') continue
    states.set(verdict.check, worst([verdict.severity, states.get(verdict.check) ?? 'ok']))
  }
  const all = [...states.values()]
  return (['ok', 'warning', 'critical', 'unknown'] as const).map((state) => ({
    labels: { state },
    value: all.filter((one) => one === state).length,
  }))
}

/**
 * Each verdict with its labels. A database's own comes before those of its checks. A row that is gone comes last, after
 * its check's own.
 */
function rowsOf(verdicts: readonly Verdict[]): readonly Row[] {
  const databases = new Map<string, string>()
  const rows = new Map<string, Row>()
  let database: string | undefined
  for (const verdict of verdicts) {
    const { check, item, kind, source } = verdict
    database = source ?? database
    if (database !== undefined && kind !== 'run' && !databases.has(check)) databases.set(check, database)
    const labels = { check, ...present({ item, database: databases.get(check) }) }
    // The collector would refuse the whole file if two samples had the same labels.
    const key = formatLabels(labels)
    if (!rows.has(key)) rows.set(key, { verdict, labels })
  }
  return [...rows.values()]
}

function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${quoted(labelOf(value))}`)
    .join(',')
}

/** In characters: Prometheus would keep a name of a megabyte with each sample. */
const LONGEST_LABEL = 200

/** A name that ends like this could be taken for one that was changed. */
const LIKE_A_HASH = /~[0-9a-f]{12}$/

/** A name that a person can read. If it had to be changed, a hash keeps it unique. */
function labelOf(name: string): string {
  const safe = shorten(clean(name), LONGEST_LABEL)
  if (safe === name && !LIKE_A_HASH.test(name)) return name
  return `${safe}~${sha256(name).slice(0, 12)}`
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

function formatValue(value: Figure): string {
  if (typeof value === 'bigint') return String(value)
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}

function secondsOf(instant: Date | undefined): Seconds | undefined {
  return instant === undefined ? undefined : instant.getTime() / 1_000
}
