import { due } from './core/due.ts'
import { type AdvanceOptions, adopt, advance, isOver, unwatch } from './core/incident.ts'
import type { Deadline, Plan } from './core/plan.ts'
import type { Clock, JournalEntry, StateStore, StoredState } from './core/ports.ts'
import type { Report, Undelivered } from './core/report.ts'
import { worst } from './core/severity.ts'
import type { Check, Due, Incident, Pending, Policy, Standing, StateProblem, Verdict } from './core/types.ts'
import { look } from './look.ts'
import { tell } from './tell.ts'

/** The world of a run. */
export interface Ports {
  readonly clock: Clock
  readonly store: StateStore
  /** a random text, for incidents */
  readonly newId: () => string
}

/** How a check or a source is told of, and the check where it is one. */
interface Row {
  readonly policy: Pick<Policy, 'failures' | 'recoveries' | 'remind'>
  readonly recipients: readonly string[]
  readonly check?: Check
}

/** What a run carries from step to step; rows, incidents and counts by check. */
interface Course {
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

/**
 * One pass: reads what is selected, sees what has changed, remembers it, tells who is due to hear of it, and remembers
 * that as well.
 *
 * Never throws for what can be expected of sources, notifiers or the disk: all of that is in the report.
 */
export async function run(plan: Plan, ports: Ports, deadline: Deadline): Promise<Report> {
  const rows = rowsOf(plan)
  const course = begin(plan, { ports, rows, stored: await ports.store.load([...rows.keys()]) })
  const verdicts = await look(plan, ports, deadline)
  await remember(course, advanceAll(course, verdicts))
  await rememberCounts(course, verdicts)
  await writeJournal(course)

  const now = ports.clock.now()
  const told = await tell({ ...course, rowOf: (check) => policyOf(course, check), now }, ports, deadline)
  course.problems.push(...told.problems)

  const undelivered = undeliveredOf(course)
  const incidents = new Map(course.incidents)
  await forgetWhatIsOver(course)
  await report(course, {
    judged: verdicts.filter(({ kind }) => kind === 'check').length,
    accepted: told.delivered.length,
    errors: undelivered.length,
  })
  return {
    state: worst(verdicts.map(({ severity }) => severity)),
    at: now,
    instance: plan.instance,
    verdicts,
    incidents,
    delivered: told.delivered,
    undelivered,
    problems: distinct(course.problems),
  }
}

function begin(plan: Plan, known: Pick<Course, 'ports' | 'rows' | 'stored'>): Course {
  const { stored } = known
  const ours = stored.incidents.filter(({ origin }) => origin === plan.origin)
  return {
    plan,
    ...known,
    incidents: new Map(ours.map((incident) => [incident.check, incident])),
    pending: new Map(stored.pending),
    problems: [...stored.problems],
    unsaved: new Map(),
    entries: [],
  }
}

/** @returns what has changed and is to be saved */
function advanceAll(course: Course, verdicts: readonly Verdict[]): readonly Incident[] {
  const changed = new Map<string, Incident>()
  for (const { check, openedAt } of course.stored.foreign) {
    const severity = 'critical' as const
    const incident = adopt(check, { ...optionsFor(course, check), openedAt, severity })
    course.incidents.set(check, incident)
  }
  for (const verdict of verdicts) {
    for (const incident of advanceOne(course, verdict, optionsFor(course, verdict.check)))
      changed.set(verdict.check, incident)
  }
  for (const incident of unwatched(course)) changed.set(incident.check, incident)
  return [...changed.values()]
}

function advanceOne(course: Course, verdict: Verdict, options: AdvanceOptions): readonly Incident[] {
  const { check } = verdict
  const before = standingOf(course, check)
  const after = advance(before, verdict, options)
  if (after.pending === undefined) course.pending.delete(check)
  else course.pending.set(check, after.pending)
  if (after.incident === undefined || after.incident === before.incident) return []
  course.incidents.set(check, after.incident)
  const event = eventOf(before.incident, after.incident)
  if (event !== undefined) note(course, event, after.incident)
  return [after.incident]
}

function standingOf({ incidents, pending }: Course, check: string): Standing {
  const [incident, count] = [incidents.get(check), pending.get(check)]
  return { ...(incident === undefined ? {} : { incident }), ...(count === undefined ? {} : { pending: count }) }
}

function unwatched(course: Course): readonly Incident[] {
  const known = course.rows
  for (const check of course.pending.keys()) if (!known.has(check)) course.pending.delete(check)
  return [...course.incidents.values()].flatMap((incident) => {
    const closed = known.has(incident.check) ? incident : unwatch(incident, course.ports.clock.now())
    if (closed === incident) return []
    course.incidents.set(closed.check, closed)
    note(course, 'closed', closed)
    return [closed]
  })
}

function optionsFor(course: Course, check: string): AdvanceOptions {
  const { plan, ports, stored } = course
  const { policy, recipients } = policyOf(course, check)
  // Where nothing can be remembered, nothing can be counted either: better an alert too early than none.
  const isForgetful = !stored.isCountKnown || stored.unusable.has(ports.store.pathOf(check))
  return {
    policy: { failures: isForgetful ? 1 : policy.failures, recoveries: isForgetful ? 1 : policy.recoveries },
    origin: plan.origin,
    now: ports.clock.now(),
    newId: ports.newId,
    recipients,
  }
}

async function remember(course: Course, changed: readonly Incident[]): Promise<void> {
  const { stored, ports } = course
  const kept = new Set(stored.incidents.map(({ id }) => id))
  // What had a lockfile and has lost it since was ended by hand: it is not brought back.
  const failed = [
    ...(await ports.store.save(
      changed.filter(({ id }) => !kept.has(id)),
      { create: true },
    )),
    ...(await ports.store.save(
      changed.filter(({ id }) => kept.has(id)),
      { create: false },
    )),
  ]
  for (const [check, problem] of failed) {
    course.problems.push(problem)
    course.unsaved.set(check, problem.message)
  }
}

/** Counts that cannot be kept would never reach their threshold: they count as met instead. */
async function rememberCounts(course: Course, verdicts: readonly Verdict[]): Promise<void> {
  if (sameCounts(course.pending, course.stored.pending)) return
  const problems = await course.ports.store.savePending(course.pending)
  course.problems.push(...problems)
  if (problems.length === 0) return
  const opened = verdicts
    .filter(({ check }) => course.pending.has(check))
    .flatMap((verdict) => {
      const options = optionsFor(course, verdict.check)
      return advanceOne(course, verdict, { ...options, policy: { ...options.policy, failures: 1 } })
    })
  await remember(course, opened)
}

function sameCounts(a: ReadonlyMap<string, Pending>, b: ReadonlyMap<string, Pending>): boolean {
  return a.size === b.size && [...a].every(([check, { count }]) => b.get(check)?.count === count)
}

async function forgetWhatIsOver(course: Course): Promise<void> {
  const now = course.ports.clock.now()
  const over = [...course.incidents.values()].filter((incident) => {
    const { policy, recipients } = policyOf(course, incident.check)
    return isOver(incident, recipients, { policy, now })
  })
  course.problems.push(...(await course.ports.store.remove(over)))
}

/** Who is still owed something, by recipient and reason. */
function undeliveredOf(course: Course): readonly Undelivered[] {
  const owed = new Map<string, Undelivered>()
  for (const incident of course.incidents.values()) {
    for (const recipient of policyOf(course, incident.check).recipients) {
      const wanted = owedTo(recipient, incident, course)
      if (wanted === undefined) continue
      const error = incident.tried[recipient]?.error ?? 'not tried'
      const checks = [...(owed.get(`${recipient}\n${error}`)?.checks ?? []), incident.check]
      const wait = wanted.nextTry === undefined ? {} : { nextTry: wanted.nextTry }
      const isGivenUp = wanted.reason === 'given up'
      owed.set(`${recipient}\n${error}`, { recipient, checks, error, isGivenUp, ...wait })
      if (isGivenUp) note(course, 'given up', incident)
    }
  }
  return [...owed.values()]
}

function owedTo(recipient: string, incident: Incident, course: Course): Due | undefined {
  const { policy } = policyOf(course, incident.check)
  // A reminder is owed only where it was tried in vain: with `always` the next one is due as soon as one was told.
  const remind = incident.tried[recipient] === undefined ? 'never' : policy.remind
  const wanted = due(incident, recipient, { policy: { remind }, now: course.ports.clock.now() })
  return wanted.kind === 'none' && wanted.owed === undefined ? undefined : wanted
}

async function writeJournal({ ports, entries, problems }: Course): Promise<void> {
  problems.push(...(await ports.store.journal(entries.splice(0))))
}

async function report(
  course: Course,
  counts: { readonly judged: number; readonly accepted: number; readonly errors: number },
): Promise<void> {
  const { store, clock } = course.ports
  await writeJournal(course)
  const errors = counts.errors + course.problems.length
  course.problems.push(...(await store.saveLastRun({ at: clock.now(), ...counts, errors })))
}

function note(course: Course, event: JournalEntry['event'], incident: Incident): void {
  const { check, id, episode, severity, summary } = incident
  const words = event === 'closed' ? (incident.closedBy?.summary ?? summary) : summary
  course.entries.push({ at: course.ports.clock.now(), event, check, id, episode, severity, summary: words })
}

function eventOf(before: Incident | undefined, after: Incident): JournalEntry['event'] | undefined {
  if (before === undefined || before.episode !== after.episode) return 'opened'
  if (before.closedAt === undefined && after.closedAt !== undefined) return 'closed'
  return before.severity !== after.severity || before.cause !== after.cause ? 'worsened' : undefined
}

/** A check's or source's policy; what is no longer in the configuration is told to everybody who heard of it. */
function policyOf({ plan, rows }: Pick<Course, 'plan' | 'rows'>, check: string): Row {
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const }
  return rows.get(check) ?? { recipients: plan.notifiers.flatMap(({ recipients }) => recipients), policy }
}

function rowsOf(plan: Plan): ReadonlyMap<string, Row> {
  // A source without checks is not read, so what was open for it is no longer watched.
  const read = plan.sources.filter(({ watched }) => watched.length > 0)
  const rows = read.flatMap(({ source, policy, recipients, watched }) => [
    [source.name, { policy, recipients }] as const,
    ...watched.map((row): readonly [string, Row] => [row.check.name, row]),
  ])
  return new Map(rows)
}

function distinct(problems: readonly StateProblem[]): readonly StateProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
