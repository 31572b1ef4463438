import type { Check } from './core/check.ts'
import { idOf, type Named } from './core/names.ts'
import { clockOf, type Plan } from './core/plan.ts'
import type { Clock, JournalEntry, StateStore, StoredState } from './core/ports.ts'
import type { Incident, Pending, Policy, StateProblem } from './core/types.ts'

/** The world of a run. */
export interface Ports {
  readonly clock: Clock
  readonly store: StateStore
  /** a random text, for incidents */
  readonly newId: () => string
}

/** How a check or a source is told of, and the check where it is one. */
export interface Row {
  readonly policy: Pick<Policy, 'failures' | 'recoveries' | 'remind'>
  readonly recipients: readonly string[]
  readonly check?: Check
}

/** What a run carries from step to step; rows by check, incidents and counts by identity. */
export interface Course {
  readonly plan: Plan
  readonly rows: ReadonlyMap<string, Row>
  readonly ports: Ports
  readonly stored: StoredState
  readonly incidents: Map<string, Incident>
  readonly pending: Map<string, Pending>
  readonly problems: StateProblem[]
  /** why a check's incident cannot be saved */
  readonly unsaved: Map<string, string>
  readonly entries: JournalEntry[]
}

/** What a run begins with: its plan, and what earlier runs have left. */
export async function begin(plan: Plan, ports: Ports): Promise<Course> {
  const rows = rowsOf(plan)
  const stored = await ports.store.load([...rows.keys()])
  const ours = stored.incidents.filter(({ origin }) => origin === plan.origin)
  return {
    plan,
    ports,
    rows,
    stored,
    incidents: new Map(ours.map((incident) => [idOf(incident), incident])),
    pending: new Map(stored.pending),
    problems: [...stored.problems],
    unsaved: new Map(),
    entries: [],
  }
}

/** Keeps in mind what the journal is to say. */
export function note(course: Course, event: JournalEntry['event'], incident: Incident): void {
  const { check, item, id, episode, severity, summary } = incident
  const words = event === 'closed' ? (incident.closedBy?.summary ?? summary) : summary
  const named = item === undefined ? { check } : { check, item }
  course.entries.push({ at: course.ports.clock.now(), event, ...named, id, episode, severity, summary: words })
}

/** A check's or source's policy; what is no longer in the configuration is told to everybody who heard of it. */
export function rowOf({ plan, rows }: Pick<Course, 'plan' | 'rows'>, { check }: Named): Row {
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const }
  return rows.get(check) ?? { recipients: plan.notifiers.flatMap(({ recipients }) => recipients), policy }
}

function rowsOf(plan: Plan): ReadonlyMap<string, Row> {
  // A source without checks is not read, so what was open for it is no longer watched.
  const read = plan.sources.filter(({ watched }) => watched.length > 0)
  const rows = read.flatMap(({ source, policy, recipients, watched, skewLimit }) => [
    [source.name, { policy, recipients }] as const,
    ...(skewLimit === undefined ? [] : [[clockOf(source.name), { policy, recipients }] as const]),
    ...watched.map((row): readonly [string, Row] => [row.check.name, row]),
  ])
  return new Map(rows)
}
