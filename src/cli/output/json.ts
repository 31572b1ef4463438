import type { Report } from '../../core/incident/report.ts'
import type { Range } from '../../core/judge/range.ts'
import { CONFIGURATION, idOf } from '../../core/names.ts'
import type { Incident, Metric, Verdict } from '../../core/types.ts'
import { formatBounds } from './perfdata.ts'

/** One line of JSON, the stable contract of docs/json.md. */
export function formatJson(report: Report): string {
  const configuration = report.verdicts.find(({ check }) => check === CONFIGURATION)
  const contract = {
    version: 1,
    state: report.state,
    at: report.at,
    instance: report.instance,
    checks: report.verdicts.map((verdict) => rowOf(verdict, report.incidents.get(idOf(verdict)))),
    mistakes: configuration?.mistakes?.map(({ words }) => words) ?? [],
    notRead: configuration?.leftOut ?? [],
    quiet: report.hushed,
    undelivered: report.undelivered.map(({ recipient, checks, error }) => ({ recipient, checks, error })),
    problems: report.problems.map(({ path, message }) => ({ path, message })),
  }
  return `${jsonOf(contract, report.verdicts)}\n`
}

/** Writes whole numbers that no double can hold with all their digits. */
function jsonOf(contract: object, verdicts: readonly Verdict[]): string {
  const large = verdicts.flatMap(({ amount }) => (typeof amount === 'bigint' ? [amount] : []))
  if (large.length === 0) return JSON.stringify(contract)
  // No text can contain this mark: it is random, and quotes in texts are escaped.
  const mark = `bigint-${crypto.randomUUID()}-`
  const whole = JSON.stringify(contract, (_, value: unknown) => (typeof value === 'bigint' ? `${mark}${value}` : value))
  return whole.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1')
}

function rowOf(verdict: Verdict, incident: Incident | undefined): object {
  return {
    name: verdict.check,
    kind: verdict.kind,
    item: verdict.item ?? null,
    state: verdict.severity,
    cause: verdict.cause,
    summary: verdict.summary,
    blockedBy: verdict.blockedBy ?? null,
    observed: verdict.observed ?? null,
    age_s: verdict.age ?? null,
    amount: verdict.amount ?? null,
    limits: limitsOf(verdict.metrics[0]),
    skew_s: verdict.skew ?? null,
    response_s: verdict.response ?? null,
    incident: incident === undefined || incident.closedAt !== undefined ? null : incidentOf(incident),
  }
}

/** As ranges, and for a figure in seconds also the upper ends. */
function limitsOf(metric: Metric | undefined): object {
  const upper = (range: Range | undefined): number | null =>
    range === undefined || metric?.unit !== 's' || !Number.isFinite(Number(range.to)) ? null : Number(range.to)
  const written = (range: Range | undefined): string | null =>
    range === undefined ? null : formatBounds(range, metric ?? {})
  return {
    warning_s: upper(metric?.warning),
    critical_s: upper(metric?.critical),
    warning: written(metric?.warning),
    critical: written(metric?.critical),
  }
}

export function incidentOf(incident: Incident): object {
  const told = Object.entries(incident.told).map(([recipient, { kind, at }]) => [recipient, { kind, at }])
  return {
    id: incident.id,
    since: incident.since,
    episode: incident.episode,
    told: Object.fromEntries(told),
  }
}
