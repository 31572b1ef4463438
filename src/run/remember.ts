import { recall } from '../core/incident/earlier.ts'
import { type AdvanceOptions, adopt, advance, calm, heed, recentOpenings, unwatch } from '../core/incident/incident.ts'
import { audienceOf } from '../core/incident/routes.ts'
import type { Standing } from '../core/incident/standing.ts'
import { judgeVanished } from '../core/judge/judge.ts'
import { append } from '../core/lists.ts'
import { idOf, type Named, namedBy } from '../core/names.ts'
import type { JournalEntry } from '../core/ports.ts'
import type { Incident, Pending, Verdict } from '../core/types.ts'
import { aheadIn, type Course, dueIn, isLeftOut, note, quietIn, rowOf } from './state.ts'

/** So many incidents that are as they were are saved again before they are told. */
const TRIED = 8

/**
 * Sees what the verdicts have changed, and saves it: first the journal, whose readers take a line that stands there twice
 * for one; then incidents, then the counts of bad runs that are not enough for one yet, so that a kill in between loses
 * no count.
 *
 * @returns the verdicts on rows that are gone while they had an incident
 */
export async function remember(
  course: Course,
  read: readonly Verdict[],
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  for (const { source, aspect, skew } of read) {
    if (aspect === 'answer' && source !== undefined && skew !== undefined) course.skews.set(source, skew)
  }
  const vanished = vanishedOf(course, read)
  const verdicts = [...read, ...vanished]
  const changed = await withBefore(course, advanceAll(course, verdicts))
  await writeJournal(course)
  await saveIncidents(course, changed, signal)
  await saveCounts(course, verdicts, signal)
  await tryToSaveWhatIsDue(course, new Set(changed), signal)
  return vanished
}

/** Writes what the journal is to say. */
export async function writeJournal({ ports, entries, problems }: Course): Promise<void> {
  append(problems, await ports.store.journal(entries.splice(0)))
}

/** What has opened, with what the journal knows of earlier times. It is read only where something opens. */
async function withBefore(course: Course, changed: readonly Incident[]): Promise<readonly Incident[]> {
  const ids = new Set(course.entries.flatMap(({ event, id }) => (event === 'opened' ? [id] : [])))
  if (ids.size === 0) return changed
  const { entries } = await course.ports.store.loadJournal()
  if (entries.length === 0) return changed
  const known = recall(
    changed.filter(({ id }) => ids.has(id)),
    entries,
  )
  for (const incident of known) course.incidents.set(idOf(incident), incident)
  const byId = new Map(known.map((incident) => [incident.id, incident]))
  return changed.map((incident) => byId.get(incident.id) ?? incident)
}

/** Of a row that is gone only its incident is left: what that means is the check's to say. */
function vanishedOf(course: Course, read: readonly Verdict[]): readonly Verdict[] {
  const whole = new Set(read.filter(({ isWhole }) => isWhole).map(({ check }) => check))
  if (whole.size === 0) return []
  const there = new Set(read.map(idOf))
  const clearCommand = course.plan.statusCommand.replace(/^lastalive status/, 'lastalive clear')
  const isGone = (named: Named): boolean =>
    named.item !== undefined && whole.has(named.check) && !there.has(idOf(named))
  for (const id of course.pending.keys()) if (isGone(namedBy(id))) course.pending.delete(id)
  return [...course.incidents.values()].flatMap((incident) => {
    const { check } = rowOf(course, incident)
    const { item, closedAt } = incident
    const isStanding = item !== undefined && closedAt === undefined && check !== undefined && isGone(incident)
    return isStanding && isWatched(course, incident) ? [judgeVanished(check, item, clearCommand)] : []
  })
}

/** Whether it can be remembered that something was told must be known before it is: the words say so if it cannot. */
async function tryToSaveWhatIsDue(course: Course, saved: ReadonlySet<Incident>, signal: AbortSignal): Promise<void> {
  const unsaved = [...course.incidents.values()].filter((incident) => !saved.has(incident))
  const isDue = (incident: Incident): boolean =>
    rowOf(course, incident).recipients.some((recipient) => dueIn(course, incident, recipient).kind !== 'none')
  const wanted = unsaved.filter(isDue)
  const [tried, rest] = [wanted.slice(0, TRIED), wanted.slice(TRIED)]
  await saveIncidents(course, tried, signal)
  // What the disk has taken of some it will take of all: ten thousand would leave no time to tell.
  if (tried.some((incident) => course.unsaved.has(idOf(incident)))) await saveIncidents(course, rest, signal)
}

/** @returns what has changed and is to be saved */
function advanceAll(course: Course, verdicts: readonly Verdict[]): readonly Incident[] {
  const changed = new Map<string, Incident>()
  for (const { check, openedAt } of course.stored.foreign) {
    const severity = 'critical' as const
    const { routes } = rowOf(course, { check })
    // Whoever left it had told them, whatever is kept quiet since.
    const told = { audienceOf: () => audienceOf(routes, severity) }
    const incident = adopt({ check }, { ...optionsFor(course, { check }), ...told, openedAt, severity })
    course.incidents.set(check, incident)
    changed.set(check, incident)
  }
  for (const verdict of verdicts) {
    if (changesNothing(course, verdict)) continue
    for (const incident of advanceOne(course, verdict, optionsFor(course, verdict)))
      changed.set(idOf(verdict), incident)
  }
  for (const incident of unwatched(course)) changed.set(idOf(incident), incident)
  for (const incident of settled(course)) changed.set(idOf(incident), incident)
  forgetOpenings(course)
  return [...changed.values()]
}

/** What has changed of incidents whether they were read or not: some that flapped keep still, and others hear of them. */
function settled(course: Course): readonly Incident[] {
  return [...course.incidents.values()].flatMap((incident) => {
    if (isLeftOut(course, incident)) return []
    const { policy, now, audienceOf } = optionsFor(course, incident)
    const settled = heed(calm(incident, { flap: policy.flap, now }), audienceOf)
    if (settled === incident) return []
    course.incidents.set(idOf(settled), settled)
    return [settled]
  })
}

/** Openings that do not count any more are not kept. */
function forgetOpenings(course: Course): void {
  for (const [id, openings] of course.openings) {
    if (isLeftOut(course, namedBy(id))) continue
    const { flap } = rowOf(course, namedBy(id)).policy
    const recent = flap === undefined ? [] : recentOpenings(openings, flap, course.ports.clock.now())
    if (recent.length === 0) course.openings.delete(id)
    else if (recent.length < openings.length) course.openings.set(id, recent)
  }
}

/** What is well and has nothing behind it, as most of thousands are. */
function changesNothing({ incidents, pending, openings }: Course, verdict: Verdict): boolean {
  if (verdict.severity !== 'ok') return false
  const id = idOf(verdict)
  return !incidents.has(id) && !pending.has(id) && !openings.has(id)
}

function advanceOne(course: Course, verdict: Verdict, options: AdvanceOptions): readonly Incident[] {
  const id = idOf(verdict)
  const before = standingOf(course, id)
  const after = advance(before, verdict, options)
  if (after.pending === undefined) course.pending.delete(id)
  else course.pending.set(id, after.pending)
  if (after.openings !== undefined) course.openings.set(id, after.openings)
  if (after.incident === undefined || after.incident === before.incident) return []
  course.incidents.set(id, after.incident)
  const event = eventOf(before.incident, after.incident)
  if (event !== undefined) note(course, event, after.incident)
  return [after.incident]
}

function standingOf({ incidents, pending, openings }: Course, id: string): Standing {
  const [incident, count, opened] = [incidents.get(id), pending.get(id), openings.get(id)]
  return {
    ...(incident === undefined ? {} : { incident }),
    ...(count === undefined ? {} : { pending: count }),
    ...(opened === undefined ? {} : { openings: opened }),
  }
}

function unwatched(course: Course): readonly Incident[] {
  const isGone = (named: Named): boolean => !isWatched(course, named) && !isLeftOut(course, named)
  for (const id of course.pending.keys()) if (isGone(namedBy(id))) course.pending.delete(id)
  return [...course.incidents.values()].flatMap((incident) => {
    const closed = isGone(incident) ? unwatch(incident, course.ports.clock.now()) : incident
    if (closed === incident) return []
    course.incidents.set(idOf(closed), closed)
    note(course, 'closed', closed)
    return [closed]
  })
}

/** Rows are watched by themselves only where each of them counts: a check may have become one of all of them. */
function isWatched({ rows }: Course, { check, item }: Named): boolean {
  const row = rows.get(check)
  return row !== undefined && (item === undefined || row.check?.many?.judge === 'each')
}

function optionsFor(course: Course, named: Named): AdvanceOptions {
  const { plan, ports, startedAt, stored } = course
  const { policy, routes } = rowOf(course, named)
  const isQuiet = quietIn(course, named) !== undefined
  // Where nothing can be remembered, nothing can be counted either: better an alert too early than none.
  const isUnusable = stored.unusable.size > 0 && stored.unusable.has(ports.store.pathOf(idOf(named)))
  const isForgetful = !stored.isCountKnown || isUnusable
  return {
    policy: isForgetful ? { ...policy, failures: 1, recoveries: 1 } : policy,
    whose: plan,
    now: ports.clock.now(),
    startedAt,
    ahead: aheadIn(course, named),
    newId: ports.newId,
    audienceOf: (severity) => (isQuiet ? [] : audienceOf(routes, severity)),
  }
}

async function saveIncidents(course: Course, changed: readonly Incident[], signal: AbortSignal): Promise<void> {
  const { stored, ports } = course
  const kept = new Set(stored.incidents.map(({ id }) => id))
  // What had a lockfile and has lost it since was ended by hand: it is not brought back.
  const failed = [
    ...(await ports.store.save(
      changed.filter(({ id }) => !kept.has(id)),
      { create: true, signal },
    )),
    ...(await ports.store.save(
      changed.filter(({ id }) => kept.has(id)),
      { create: false, signal },
    )),
  ]
  for (const [id, problem] of failed) {
    course.problems.push(problem)
    course.unsaved.set(id, problem.message)
  }
}

/** Counts that cannot be kept would never reach their threshold: they count as met instead. */
async function saveCounts(course: Course, verdicts: readonly Verdict[], signal: AbortSignal): Promise<void> {
  const { pending, openings } = course
  if (sameCounts(pending, course.stored.pending) && sameOpenings(openings, course.stored.openings)) return
  const problems = await course.ports.store.saveCounts({ pending, openings })
  append(course.problems, problems)
  if (problems.length === 0) return
  const opened = verdicts
    .filter((verdict) => course.pending.has(idOf(verdict)))
    .flatMap((verdict) => {
      const options = optionsFor(course, verdict)
      return advanceOne(course, verdict, { ...options, policy: { ...options.policy, failures: 1 } })
    })
  await writeJournal(course)
  await saveIncidents(course, opened, signal)
}

function sameCounts(a: ReadonlyMap<string, Pending>, b: ReadonlyMap<string, Pending>): boolean {
  return a.size === b.size && [...a].every(([id, { count }]) => b.get(id)?.count === count)
}

function sameOpenings(a: Course['openings'], b: ReadonlyMap<string, readonly Date[]>): boolean {
  return a.size === b.size && [...a].every(([id, openings]) => b.get(id) === openings)
}

function eventOf(before: Incident | undefined, after: Incident): JournalEntry['event'] | undefined {
  if (before === undefined || before.episode !== after.episode) return 'opened'
  if (before.closedAt === undefined && after.closedAt !== undefined) return 'closed'
  return before.severity !== after.severity || before.cause !== after.cause ? 'worsened' : undefined
}
