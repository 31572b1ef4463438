import type { Check } from '../core/check.ts'
import { type DueOptions, due } from '../core/incident/due.ts'
import { type Maintenance, quietOf } from '../core/incident/muted.ts'
import type { Due } from '../core/incident/notice.ts'
import { everyoneIn, routesTo } from '../core/incident/routes.ts'
import {
  type Aspect,
  bareNameOf,
  CONFIGURATION,
  earlierIdOf,
  idOf,
  type Named,
  nameOfSource,
  STUCK_RUN,
  sourceIn,
} from '../core/names.ts'
import type { Plan } from '../core/plan.ts'
import type { Clock, JournalEntry, StateStore, StoredState } from '../core/ports.ts'
import type { Incident, Pending, Policy, Quiet, Routes, Seconds, StateProblem } from '../core/types.ts'
import { startOf } from '../core/words/words.ts'

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
  /** when the run began */
  readonly startedAt: Date
  readonly stored: StoredState
  readonly incidents: Map<string, Incident>
  readonly pending: Map<string, Pending>
  readonly openings: Map<string, readonly Date[]>
  readonly problems: StateProblem[]
  /** why a check's incident cannot be saved */
  readonly unsaved: Map<string, string>
  /** how far the clock of each source that answered in this run is ahead of ours, by its name */
  readonly skews: Map<string, Seconds>
  readonly entries: JournalEntry[]
}

/** What a run begins with: its plan, and what earlier runs have left. */
export async function begin(plan: Plan, ports: Ports): Promise<Course> {
  const rows = rowsOf(plan)
  const startedAt = ports.clock.now()
  const stored = await ports.store.load([...rows.keys()])
  const ours = stored.incidents.filter(({ origin }) => origin === plan.origin)
  return {
    plan,
    ports,
    startedAt,
    rows,
    stored,
    incidents: new Map(ours.map((incident) => [idOf(incident), incident])),
    pending: byPresentId(stored.pending, rows),
    openings: byPresentId(stored.openings, rows),
    problems: [...stored.problems],
    unsaved: new Map(),
    skews: new Map(),
    entries: [],
  }
}

/** What was counted of a check whose identity was another one in earlier versions is found by its present one. */
function byPresentId<T>(counted: ReadonlyMap<string, T>, rows: ReadonlyMap<string, Row>): Map<string, T> {
  const found = new Map(counted)
  if (found.size === 0) return found
  for (const check of rows.keys()) {
    const [id, earlier] = [idOf({ check }), earlierIdOf({ check })]
    const value = found.get(earlier)
    if (id === earlier || value === undefined) continue
    found.delete(earlier)
    found.set(id, value)
  }
  return found
}

/** Keeps in mind what the journal is to say. */
export function note(course: Course, event: JournalEntry['event'], incident: Incident): void {
  const entry = entryOf(event, incident, course.ports.clock.now())
  const ahead = aheadIn(course, incident)
  course.entries.push(ahead === undefined ? entry : { ...entry, ahead: Math.round(ahead) })
}

/** How far the clock that counts for a check or a source is ahead of ours in this run; undefined where nobody knows. */
export function aheadIn({ skews, rows }: Course, { check }: Named): Seconds | undefined {
  const watched = rows.get(check)?.check
  if (watched !== undefined) return watched.clock === 'local' ? undefined : skews.get(watched.source)
  const of = sourceIn(check)
  return of === undefined ? undefined : skews.get(of.source)
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
export function rowOf(course: Pick<Course, 'plan' | 'rows'>, named: Named & Partial<Pick<Incident, 'audience'>>): Row {
  const { plan, rows } = course
  const row = rows.get(named.check)
  if (row !== undefined) return row
  return isLeftOut(course, named) ? rowForAudience(plan, named.audience ?? []) : rowForAll(plan)
}

/**
 * Whether a check or a source may be in the configuration, and only cannot be read there: nothing of it ends, is said
 * again, or is told to others than those who had to hear of it.
 */
export function isLeftOut({ plan, rows }: Pick<Course, 'plan' | 'rows'>, { check }: Named): boolean {
  const { leftOut } = plan
  if (leftOut === undefined || rows.has(check)) return false
  if (leftOut.isPartial || leftOut.checks.has(check)) return true
  const of = sourceIn(check)
  return of !== undefined && leftOut.databases.has(of.source)
}

/** What one recipient should hear of an incident at the moment. */
export function dueIn(course: Course, incident: Incident, recipient: string, changes: Partial<DueOptions> = {}): Due {
  return due(incident, recipient, { ...dueOptionsOf(course, incident), ...changes })
}

/** What it depends on what anybody should hear of an incident. */
export function dueOptionsOf(course: Course, incident: Incident): DueOptions {
  const { policy, routes } = rowOf(course, incident)
  const quiet = quietIn(course, incident)
  const options = { policy, routes, now: course.ports.clock.now(), ...(quiet === undefined ? {} : { quiet }) }
  return isLeftOut(course, incident) ? { ...options, isBlocked: true } : options
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
    ({ source, watched, skewLimit, responseLimits, isOfOneCheck, ...telling }): readonly (readonly [string, Row])[] => {
      const checks = watched.map((row) => [row.check.name, rowFor(row)] as const)
      if (isOfOneCheck === true) return checks
      const aspects: readonly Aspect[] = [
        'answer',
        ...(skewLimit === undefined ? [] : ['clock' as const]),
        ...(responseLimits === undefined ? [] : ['response' as const]),
      ]
      const name = bareNameOf(source.name)
      return [...aspects.map((aspect) => [nameOfSource(name, aspect), rowFor(telling)] as const), ...checks]
    },
  )
  return new Map([...rows, [STUCK_RUN, rowForAll(plan)], [CONFIGURATION, rowForConfiguration(plan)]])
}

function rowFor(telling: Omit<Row, 'recipients'>): Row {
  return { ...telling, recipients: everyoneIn(telling.routes) }
}

function rowForConfiguration(plan: Plan): Row {
  const row = rowForAll(plan)
  const remind = plan.leftOut?.remind
  return remind === undefined ? row : { ...row, policy: { ...row.policy, remind } }
}

function rowForAll({ notifiers }: Plan): Row {
  return rowForThose(notifiers.flatMap((notifier) => notifier.recipients))
}

/** Those who had to hear of it, as far as there is still a way to tell them. */
function rowForAudience({ notifiers }: Plan, audience: readonly string[]): Row {
  const recipients = notifiers.flatMap((notifier) => notifier.recipients)
  return rowForThose(recipients.filter((recipient) => audience.includes(recipient)))
}

function rowForThose(recipients: readonly string[]): Row {
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const, recovered: true }
  return { policy, routes: routesTo(recipients), recipients }
}
