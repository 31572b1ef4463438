import { due } from './core/due.ts'
import { type AdvanceOptions, adopt, advance, unwatch } from './core/incident.ts'
import type { JournalEntry } from './core/ports.ts'
import type { Incident, Pending, Standing, Verdict } from './core/types.ts'
import { type Course, note, rowOf } from './course.ts'

/**
 * Sees what the verdicts have changed, and saves it: incidents first, then the counts of bad runs that are not enough
 * for one yet, so that a kill in between loses no count.
 */
export async function remember(course: Course, verdicts: readonly Verdict[]): Promise<void> {
  const changed = advanceAll(course, verdicts)
  await saveIncidents(course, changed)
  await saveCounts(course, verdicts)
  await tryToSaveWhatIsDue(course, changed)
}

/** Whether it can be remembered that something was told must be known before it is: the words say so if it cannot. */
async function tryToSaveWhatIsDue(course: Course, saved: readonly Incident[]): Promise<void> {
  const now = course.ports.clock.now()
  const unsaved = [...course.incidents.values()].filter((incident) => !saved.includes(incident))
  const isDue = (incident: Incident): boolean => {
    const { policy, recipients } = rowOf(course, incident.check)
    return recipients.some((recipient) => due(incident, recipient, { policy, now }).kind !== 'none')
  }
  await saveIncidents(course, unsaved.filter(isDue))
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
  const { policy, recipients } = rowOf(course, check)
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

async function saveIncidents(course: Course, changed: readonly Incident[]): Promise<void> {
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
async function saveCounts(course: Course, verdicts: readonly Verdict[]): Promise<void> {
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
  await saveIncidents(course, opened)
}

function sameCounts(a: ReadonlyMap<string, Pending>, b: ReadonlyMap<string, Pending>): boolean {
  return a.size === b.size && [...a].every(([check, { count }]) => b.get(check)?.count === count)
}

function eventOf(before: Incident | undefined, after: Incident): JournalEntry['event'] | undefined {
  if (before === undefined || before.episode !== after.episode) return 'opened'
  if (before.closedAt === undefined && after.closedAt !== undefined) return 'closed'
  return before.severity !== after.severity || before.cause !== after.cause ? 'worsened' : undefined
}
