import { present } from '../core/given.ts'
import { type AdvanceOptions, adopt, advance, calm, heed, recentOpenings, unwatch } from '../core/incident/incident.ts'
import { audienceOf } from '../core/incident/routes.ts'
import type { Standing } from '../core/incident/standing.ts'
import { judgeVanished } from '../core/judge/judge.ts'
import { idOf, type Named, namedBy } from '../core/names.ts'
import type { JournalEntry, StoredState } from '../core/ports.ts'
import type { Incident, StateProblem, Verdict } from '../core/types.ts'
import { unforeseen } from './net.ts'
import { aheadIn, entryIn, isLeftOut, mutedIn, type Rules, ruleOf } from './rules.ts'
import type { State } from './state.ts'

/** What it depends on what becomes of an incident. */
export interface AdvanceAllOptions {
  readonly rules: Rules
  readonly startedAt: Date
  readonly newId: () => string
  /** whether nothing can be remembered of it, so that nothing can be counted either: better an alert too early than none */
  readonly isForgetful: (named: Named) => boolean
}

/** What the verdicts have changed. */
export interface Advanced extends State {
  /** what is to be saved */
  readonly changed: readonly Incident[]
  /** what the journal is to say of it */
  readonly entries: readonly JournalEntry[]
  /** what was not foreseen: it keeps nothing else from being advanced */
  readonly problems: readonly StateProblem[]
}

/** What has been found so far. */
interface Work {
  readonly incidents: Map<string, Incident>
  readonly pending: Map<string, State['pending'] extends ReadonlyMap<string, infer Count> ? Count : never>
  readonly openings: Map<string, readonly Date[]>
  readonly changed: Map<string, Incident>
  readonly entries: JournalEntry[]
}

/**
 * Sees what the verdicts, and time, have changed of what was the case.
 *
 * @param foreign lockfiles that another program left
 */
export function advanceAll(
  before: State,
  { verdicts, foreign = [] }: { readonly verdicts: readonly Verdict[]; readonly foreign?: StoredState['foreign'] },
  options: AdvanceAllOptions,
): Advanced {
  const work = workOn(before)
  const problems: StateProblem[] = []
  const attempt = (step: () => void): void => {
    try {
      step()
    } catch (error) {
      problems.push(unforeseen(error))
    }
  }
  for (const one of foreign) attempt(() => takeOver(work, one, options))
  for (const verdict of verdicts) {
    if (!changesNothing(work, verdict)) attempt(() => advanceOne(work, verdict, optionsFor(verdict, options)))
  }
  attempt(() => endUnwatched(work, options.rules))
  attempt(() => settle(work, options))
  attempt(() => forgetOpenings(work, options.rules))
  return { ...work, revisions: before.revisions, changed: [...work.changed.values()], problems }
}

/** Opens what has been counted, as if that were enough: a count that cannot be kept would never reach its threshold. */
export function openCounted(before: State, verdicts: readonly Verdict[], options: AdvanceAllOptions): Advanced {
  const work = workOn(before)
  for (const verdict of verdicts.filter((one) => before.pending.has(idOf(one)))) {
    const usual = optionsFor(verdict, options)
    advanceOne(work, verdict, { ...usual, policy: { ...usual.policy, failures: 1 } })
  }
  return { ...work, revisions: before.revisions, changed: [...work.changed.values()], problems: [] }
}

/** Of a row that is gone only its incident is left: what that means is the check's to say. */
export function vanishedOf({ incidents }: State, read: readonly Verdict[], rules: Rules): readonly Verdict[] {
  const isGone = goneFrom(read)
  if (isGone === undefined) return []
  const clearCommand = rules.plan.statusCommand.replace(/^lastalive status/, 'lastalive clear')
  return [...incidents.values()].flatMap((incident) => {
    const { check } = ruleOf(rules, incident)
    const { item, closedAt } = incident
    const isStanding = item !== undefined && closedAt === undefined && check !== undefined && isGone(incident)
    return isStanding && isWatched(rules, incident) ? [judgeVanished(check, item, clearCommand)] : []
  })
}

/** The same state without counts of rows that are gone. */
export function withoutGone(state: State, read: readonly Verdict[]): State {
  const isGone = state.pending.size === 0 ? undefined : goneFrom(read)
  if (isGone === undefined) return state
  return { ...state, pending: new Map([...state.pending].filter(([id]) => !isGone(namedBy(id)))) }
}

/** Whether a row was not among all rows of its check; undefined where of no check all have been read. */
function goneFrom(read: readonly Verdict[]): ((named: Named) => boolean) | undefined {
  const whole = new Set(read.filter(({ isWhole }) => isWhole).map(({ check }) => check))
  if (whole.size === 0) return undefined
  const there = new Set(read.map(idOf))
  return (named) => named.item !== undefined && whole.has(named.check) && !there.has(idOf(named))
}

function workOn({ incidents, pending, openings }: State): Work {
  return {
    incidents: new Map(incidents),
    pending: new Map(pending),
    openings: new Map(openings),
    changed: new Map(),
    entries: [],
  }
}

function keep({ incidents, changed }: Work, incident: Incident): void {
  incidents.set(idOf(incident), incident)
  changed.set(idOf(incident), incident)
}

function takeOver(work: Work, { check, openedAt }: StoredState['foreign'][number], options: AdvanceAllOptions): void {
  const severity = 'critical' as const
  const { routes } = ruleOf(options.rules, { check })
  // Whoever left it had told them, whatever is kept quiet since.
  const told = { audienceOf: () => audienceOf(routes, severity) }
  keep(work, adopt({ check }, { ...optionsFor({ check }, options), ...told, openedAt, severity }))
}

/** What is well and has nothing behind it, as most of thousands are. */
function changesNothing({ incidents, pending, openings }: Work, verdict: Verdict): boolean {
  if (verdict.severity !== 'ok') return false
  const id = idOf(verdict)
  return !incidents.has(id) && !pending.has(id) && !openings.has(id)
}

function advanceOne(work: Work, verdict: Verdict, options: AdvanceOptions & { readonly rules: Rules }): void {
  const id = idOf(verdict)
  const before = standingOf(work, id)
  const after = advance(before, verdict, options)
  if (after.pending === undefined) work.pending.delete(id)
  else work.pending.set(id, after.pending)
  if (after.openings !== undefined) work.openings.set(id, after.openings)
  if (after.incident === undefined || after.incident === before.incident) return
  keep(work, after.incident)
  const event = eventOf(before.incident, after.incident)
  if (event !== undefined) work.entries.push(entryIn(options.rules, event, after.incident))
}

function standingOf({ incidents, pending, openings }: Work, id: string): Standing {
  return present({ incident: incidents.get(id), pending: pending.get(id), openings: openings.get(id) })
}

function eventOf(before: Incident | undefined, after: Incident): JournalEntry['event'] | undefined {
  if (before === undefined || before.episode !== after.episode) return 'opened'
  if (before.closedAt === undefined && after.closedAt !== undefined) return 'closed'
  return before.severity !== after.severity || before.cause !== after.cause ? 'worsened' : undefined
}

function endUnwatched(work: Work, rules: Rules): void {
  const isGone = (named: Named): boolean => !isWatched(rules, named) && !isLeftOut(rules, named)
  for (const id of work.pending.keys()) if (isGone(namedBy(id))) work.pending.delete(id)
  for (const incident of work.incidents.values()) {
    const closed = isGone(incident) ? unwatch(incident, rules.clock.now()) : incident
    if (closed === incident) continue
    keep(work, closed)
    work.entries.push(entryIn(rules, 'closed', closed))
  }
}

/** Rows are watched by themselves only where each of them counts: a check may have become one of all of them. */
function isWatched({ rows }: Rules, { check, item }: Named): boolean {
  const row = rows.get(check)
  return row !== undefined && (item === undefined || row.check?.many?.judge === 'each')
}

/** Sees of incidents, read or not, which that flapped keep still, and who else has to hear of them. */
function settle(work: Work, options: AdvanceAllOptions): void {
  for (const incident of work.incidents.values()) {
    if (isLeftOut(options.rules, incident)) continue
    const { policy, now, audienceOf } = optionsFor(incident, options)
    const settled = heed(calm(incident, { flap: policy.flap, now }), audienceOf)
    if (settled !== incident) keep(work, settled)
  }
}

/** Openings that do not count any more are not kept. */
function forgetOpenings({ openings: kept }: Work, rules: Rules): void {
  for (const [id, openings] of kept) {
    if (isLeftOut(rules, namedBy(id))) continue
    const { flap } = ruleOf(rules, namedBy(id)).policy
    const recent = flap === undefined ? [] : recentOpenings(openings, flap, rules.clock.now())
    if (recent.length === 0) kept.delete(id)
    else if (recent.length < openings.length) kept.set(id, recent)
  }
}

function optionsFor(
  named: Named,
  { rules, startedAt, newId, isForgetful }: AdvanceAllOptions,
): AdvanceOptions & { readonly rules: Rules } {
  const { policy, routes } = ruleOf(rules, named)
  const isQuiet = mutedIn(rules, named) !== undefined
  return {
    rules,
    policy: isForgetful(named) ? { ...policy, failures: 1, recoveries: 1 } : policy,
    whose: rules.plan,
    now: rules.clock.now(),
    startedAt,
    ahead: aheadIn(rules, named),
    newId,
    audienceOf: (severity) => (isQuiet ? [] : audienceOf(routes, severity)),
  }
}
