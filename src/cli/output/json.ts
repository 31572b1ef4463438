import type { Report } from '../../core/report.ts'
import type { Incident, Verdict } from '../../core/types.ts'

/** A report as the stable contract that docs/json.md describes: one line of JSON. */
export function formatJson(report: Report): string {
  const contract = {
    version: 1,
    state: report.state,
    at: report.at.toISOString(),
    instance: report.instance,
    checks: report.verdicts.map((verdict) => rowOf(verdict, report.incidents.get(verdict.check))),
    undelivered: report.undelivered.map(({ recipient, checks, error }) => ({ recipient, checks, error })),
    problems: report.problems.map(({ path, message }) => ({ path, message })),
  }
  return `${JSON.stringify(contract)}\n`
}

function rowOf(verdict: Verdict, incident: Incident | undefined): object {
  const [metric] = verdict.metrics
  return {
    name: verdict.check,
    kind: verdict.kind,
    item: null,
    state: verdict.severity,
    cause: verdict.cause,
    summary: verdict.summary,
    blockedBy: verdict.blockedBy ?? null,
    observed: verdict.observed?.toISOString() ?? null,
    age_s: verdict.age ?? null,
    limits: { warning_s: metric?.warning ?? null, critical_s: metric?.critical ?? null },
    skew_s: verdict.skew ?? null,
    incident: incident === undefined || incident.closedAt !== undefined ? null : incidentOf(incident),
  }
}

/** The part of an incident that the contract shows. */
export function incidentOf(incident: Incident): object {
  const told = Object.entries(incident.told).map(([recipient, { kind, at }]) => [
    recipient,
    { kind, at: at.toISOString() },
  ])
  return {
    id: incident.id,
    since: incident.since.toISOString(),
    episode: incident.episode,
    told: Object.fromEntries(told),
  }
}
