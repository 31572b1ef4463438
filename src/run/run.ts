import { errorMessage } from '../core/errors.ts'
import { isOver } from '../core/incident/incident.ts'
import type { Due } from '../core/incident/notice.ts'
import type { Report, Undelivered } from '../core/incident/report.ts'
import { NOBODY_TO_TELL } from '../core/incident/routes.ts'
import { hasHeardEnd } from '../core/incident/told.ts'
import { judgeConfiguration } from '../core/judge/configuration.ts'
import { blockDependents } from '../core/judge/depend.ts'
import { judgeRun } from '../core/judge/run.ts'
import { worst } from '../core/judge/severity.ts'
import { tidy } from '../core/judge/verdict.ts'
import { append } from '../core/lists.ts'
import { CONFIGURATION, STUCK_RUN, titleOf } from '../core/names.ts'
import { own } from '../core/own.ts'
import { concernsSelected, type Deadline, leftOutOf, type Plan } from '../core/plan.ts'
import type { Remark } from '../core/remark.ts'
import type { Incident, Severity, StateProblem, Verdict } from '../core/types.ts'
import { joined } from '../core/words/joined.ts'
import { divideTime, held } from './deadline.ts'
import { guardStore } from './guarded-store.ts'
import { look } from './look.ts'
import { remember, writeJournal } from './remember.ts'
import { begin, type Course, dueIn, dueOptionsOf, note, type Ports, rowOf } from './state.ts'
import { nextTurn, strays } from './strays.ts'
import { hushedIn, tell } from './tell.ts'

/** The time of a run that has no other, in seconds. */
const STANDARD = 60

/**
 * One pass: reads what is selected, sees what has changed, remembers it, tells who is due to hear of it, and remembers
 * that as well.
 *
 * Never throws for what can be expected of sources, notifiers or the disk: all of that is in the report.
 */
export async function run(plan: Plan, ports: Ports, deadline: Deadline = divideTime(STANDARD)): Promise<Report> {
  return await held(deadline.at, () => pass(plan, { ...ports, store: guardStore(ports.store, deadline) }, deadline))
}

async function pass(plan: Plan, ports: Ports, deadline: Deadline): Promise<Report> {
  const course = await begin(plan, ports)
  const found: Remark[] = plan.notifiers.length === 0 ? [{ key: 'nobody', text: NOBODY_TO_TELL }] : []
  const onRemark = (remark: Remark): void => void found.push(remark)
  const read = judgeTogether(course, await look(plan, { ...ports, onRemark }, deadline))
  // Whoever is here has the lock: a run that was stuck is not any more.
  const own = course.incidents.has(STUCK_RUN) ? [judgeRun(undefined)] : []
  const { report, accepted } = await conclude(course, [...own, ...judgeMistakes(course), ...read], deadline)
  const judged = report.verdicts.filter(({ kind }) => kind === 'check').length
  const errors = report.undelivered.length + course.problems.length
  const { timezone } = plan
  const problems = await ports.store.saveLastRun({ at: ports.clock.now(), judged, accepted, errors, timezone })
  const remarked =
    found.length === 0 ? NOTHING_REMARKED : ((await inNet(course, () => remark(found, course))) ?? NOTHING_REMARKED)
  await nextTurn()
  const all = distinct([...course.problems, ...problems, ...remarked.problems, ...problemsOfStrays()])
  return { ...report, problems: all, ...(remarked.lines.length > 0 && { remarks: remarked.lines }) }
}

interface Remarked {
  readonly lines: readonly string[]
  readonly problems: readonly StateProblem[]
}

const NOTHING_REMARKED: Remarked = { lines: [], problems: [] }

/** What was not said today. Where that cannot be remembered it is said at each run. */
async function remark(found: readonly Remark[], { plan, ports: { store, clock } }: Course): Promise<Remarked> {
  const { dueRemarks } = await import('../core/remark.ts')
  const ours = found.map(({ key, text }) => ({ key: JSON.stringify([plan.origin, key]), text }))
  const { due, said } = dueRemarks(ours, await store.loadRemarks(), clock.now())
  const problems = due.length === 0 ? [] : await store.saveRemarks(said)
  const more = problems.length === 0 ? '' : '; said at each run, since it cannot be remembered'
  return { lines: due.map(({ text }) => `${text}${more}`), problems }
}

/** What was thrown and belongs to nobody: it is said, and keeps nothing from being read and told. */
function problemsOfStrays(): readonly StateProblem[] {
  return strays().map((message) => ({ path: '', message: tidy(message) }))
}

/**
 * Tells that another run holds the lock beyond its own time, once for all who find it so. For the one among them who
 * has the lock for telling of it.
 *
 * @param plan of which nothing is read
 * @param ports.store in which nothing but this incident is kept
 */
export async function tellOfStuckRun(
  plan: Plan,
  ports: Ports,
  { verdict, deadline }: { readonly verdict: Verdict; readonly deadline: Deadline },
): Promise<Report> {
  const course = await begin(plan, { ...ports, store: guardStore(ports.store, deadline) })
  return (await held(deadline.at, () => conclude(course, [verdict], deadline))).report
}

/**
 * What is wrong in the configuration. A run of some checks speaks of what concerns these alone, and ends only what
 * concerned these alone.
 */
function judgeMistakes({ plan, incidents }: Course): readonly Verdict[] {
  const mistakes = (plan.leftOut?.mistakes ?? []).filter(({ of }) => concernsSelected(plan, of))
  if (mistakes.length > 0) return [judgeConfiguration(mistakes, leftOutOf(plan))]
  const open = incidents.get(CONFIGURATION)
  const isMended = open?.mistakes?.every(({ of }) => concernsSelected(plan, of)) ?? true
  return open !== undefined && isMended ? [judgeConfiguration([])] : []
}

/** What depends on something that is not well says nothing of its own. */
function judgeTogether({ plan, incidents }: Course, verdicts: readonly Verdict[]): readonly Verdict[] {
  const checks = new Map(plan.sources.flatMap(({ watched }) => watched.map(({ check }) => [check.name, check])))
  const open = new Set([...incidents.values()].filter(({ closedAt }) => closedAt === undefined).map((one) => one.check))
  return blockDependents(verdicts, { checks, isOpen: (check) => open.has(check) })
}

/** Remembers what the verdicts have changed, and tells of it. */
async function conclude(
  course: Course,
  read: readonly Verdict[],
  deadline: Deadline,
): Promise<{ readonly report: Report; readonly accepted: number }> {
  const { plan, ports } = course
  const vanished = await inNet(course, () => remember(course, read, deadline.saving))
  const verdicts = [...read, ...(vanished ?? [])]
  const now = ports.clock.now()
  const { delivered, problems } = await tell(course, deadline)
  append(course.problems, problems)
  const undelivered = undeliveredOf(course)
  const incidents = new Map(course.incidents)
  const hushed = hushedIn(course)
  await inNet(course, () => forgetWhatIsOver(course))
  await inNet(course, () => writeJournal(course))
  const state: Severity = worst(verdicts.map(({ severity }) => severity))
  const report = { state, at: now, instance: plan.instance, verdicts, incidents, hushed, delivered, undelivered }
  return { report: { ...report, problems: distinct(course.problems) }, accepted: delivered.length }
}

/** A defect of ours in one step, or whatever comes of what a store has kept, keeps nobody from being told the rest. */
async function inNet<T>({ problems }: Course, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step()
  } catch (error) {
    problems.push({ path: '', message: tidy(`unforeseen: ${errorMessage(error)}`) })
    return undefined
  }
}

async function forgetWhatIsOver(course: Course): Promise<void> {
  const over = [...course.incidents.values()].filter((incident) => {
    const { recipients } = rowOf(course, incident)
    if (!isOver(incident, recipients, dueOptionsOf(course, incident)) || isOwedToLeftOut(course, incident)) return false
    const isGivenUp = recipients.some((recipient) => dueIn(course, incident, recipient).reason === 'given up')
    if (isGivenUp) note(course, 'given up', incident)
    return true
  })
  append(course.problems, await course.ports.store.remove(over))
}

/**
 * Whether somebody has not heard the end of it who was told through a notifier that cannot be read now: who its
 * recipients are is not known.
 */
function isOwedToLeftOut({ plan }: Course, incident: Incident): boolean {
  const leftOut = plan.leftOut?.notifiers ?? new Map()
  if (leftOut.size === 0) return false
  const heard = [...Object.entries(incident.told)].flatMap(([recipient, told]) =>
    hasHeardEnd(told) ? [] : [recipient],
  )
  const known = new Set(plan.notifiers.flatMap(({ recipients }) => recipients))
  return [...heard, ...incident.audience].some(
    (recipient) => !known.has(recipient) && leftOut.has(recipient.split('/', 1)[0] ?? ''),
  )
}

/** Who is still owed something, by recipient and reason. */
function undeliveredOf(course: Course): readonly Undelivered[] {
  const owed = new Map<string, Undelivered>()
  for (const incident of course.incidents.values()) {
    for (const recipient of rowOf(course, incident).recipients) {
      const wanted = owedTo(recipient, incident, course)
      if (wanted === undefined) continue
      const error = own(incident.tried, recipient)?.error ?? 'not tried'
      const key = joined(recipient, error)
      const checks = [...(owed.get(key)?.checks ?? []), titleOf(incident)]
      const wait = wanted.nextTry === undefined ? {} : { nextTry: wanted.nextTry }
      const isGivenUp = wanted.reason === 'given up'
      owed.set(key, { recipient, checks, error, isGivenUp, ...wait })
    }
  }
  return [...owed.values()]
}

function owedTo(recipient: string, incident: Incident, course: Course): Due | undefined {
  const { policy } = rowOf(course, incident)
  // A reminder is owed only where it was tried in vain: with `always` the next one is due as soon as one was told.
  const remind = own(incident.tried, recipient) === undefined ? 'never' : policy.remind
  const wanted = dueIn(course, incident, recipient, { policy: { ...policy, remind } })
  return wanted.kind === 'none' && wanted.owed === undefined ? undefined : wanted
}

function distinct(problems: readonly StateProblem[]): readonly StateProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
