import type { Check } from './core/check.ts'
import { type DueOptions, due } from './core/due.ts'
import { idOf, type Named, STUCK_RUN } from './core/names.ts'
import type { Due } from './core/notice.ts'
import { clockOf, type Plan, responseOf } from './core/plan.ts'
import type { Clock, JournalEntry, StateStore, StoredState } from './core/ports.ts'
import { type Maintenance, quietOf } from './core/quiet.ts'
import { everyoneIn, routesTo } from './core/routes.ts'
import type { Incident, Pending, Policy, Quiet, Routes, StateProblem } from './core/types.ts'
import { startOf } from './core/words.ts'

/** The world of a run. */
export interface Ports {
  readonly clock: Clock
  readonly store: StateStore
  /** a random text, for incidents */
  readonly newId: () => string
}

/** How a check or a source is told of, and the check where it is one. */
export interface Row {
  readonly policy: Pick<Policy, 'failures' | 'recoveries' | 'remind' | 'recovered' | 'flap'>
  readonly routes: Routes
  /** all of whom any of it is meant for */
  readonly recipients: readonly string[]
  readonly maintenance?: Maintenance
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
  readonly openings: Map<string, readonly Date[]>
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
    openings: new Map(stored.openings),
    problems: [...stored.problems],
    unsaved: new Map(),
    entries: [],
  }
}

/** Keeps in mind what the journal is to say. */
export function note(course: Course, event: JournalEntry['event'], incident: Incident): void {
  course.entries.push(entryOf(event, incident, course.ports.clock.now()))
}

/** What the journal says of something that happened to an incident. */
export function entryOf(event: JournalEntry['event'], incident: Incident, now: Date): JournalEntry {
  const { origin, check, item, id, episode, severity, since, closedAt = now, closedBy } = incident
  const named = item === undefined ? { check } : { check, item }
  // Of an end the journal says the very time that the notice of it does.
  const at = event === 'closed' ? closedAt : now
  const summary = event === 'closed' ? (closedBy?.summary ?? incident.summary) : incident.summary
  return { at, event, origin, ...named, id, episode, severity, summary, since, start: startOf(incident) }
}

/** A check's or source's policy; what is no longer in the configuration is told to everybody who heard of it. */
export function rowOf({ plan, rows }: Pick<Course, 'plan' | 'rows'>, { check }: Named): Row {
  return rows.get(check) ?? rowForAll(plan)
}

/** What one recipient should hear of an incident at the moment. */
export function dueIn(course: Course, incident: Incident, recipient: string, changes: Partial<DueOptions> = {}): Due {
  return due(incident, recipient, { ...dueOptionsOf(course, incident), ...changes })
}

/** What it depends on what anybody should hear of an incident. */
export function dueOptionsOf(course: Course, incident: Incident): DueOptions {
  const { policy, routes } = rowOf(course, incident)
  const quiet = quietIn(course, incident)
  return { policy, routes, now: course.ports.clock.now(), ...(quiet === undefined ? {} : { quiet }) }
}

/** Why nothing is said of it at the moment, where nothing is. */
export function quietIn(course: Course, named: Named): Quiet | undefined {
  const { maintenance, check } = rowOf(course, named)
  const { silences } = course.stored
  if (silences.length === 0 && maintenance === undefined) return undefined
  return quietOf(named, { silences, tags: check?.tags ?? [], maintenance, now: course.ports.clock.now() })
}

function rowsOf(plan: Plan): ReadonlyMap<string, Row> {
  // A source without checks is not read, so what was open for it is no longer watched.
  const read = plan.sources.filter(({ watched }) => watched.length > 0)
  const rows = read.flatMap(
    ({ source, watched, skewLimit, responseLimits, ...telling }): readonly (readonly [string, Row])[] => [
      [source.name, rowFor(telling)],
      ...(skewLimit === undefined ? [] : [[clockOf(source.name), rowFor(telling)] as const]),
      ...(responseLimits === undefined ? [] : [[responseOf(source.name), rowFor(telling)] as const]),
      ...watched.map((row) => [row.check.name, rowFor(row)] as const),
    ],
  )
  return new Map([...rows, [STUCK_RUN, rowForAll(plan)]])
}

function rowFor(telling: Omit<Row, 'recipients'>): Row {
  return { ...telling, recipients: everyoneIn(telling.routes) }
}

function rowForAll({ notifiers }: Plan): Row {
  const recipients = notifiers.flatMap((notifier) => notifier.recipients)
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const, recovered: true }
  return { policy, routes: routesTo(recipients), recipients }
}
