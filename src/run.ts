import { blockDependents } from './core/depend.ts'
import { isOver } from './core/incident.ts'
import { judgeRun } from './core/judge-run.ts'
import { STUCK_RUN, titleOf } from './core/names.ts'
import type { Due } from './core/notice.ts'
import type { Deadline, Plan } from './core/plan.ts'
import type { Report, Undelivered } from './core/report.ts'
import { worst } from './core/severity.ts'
import type { Incident, Severity, StateProblem, Verdict } from './core/types.ts'
import { begin, type Course, dueIn, dueOptionsOf, note, type Ports, rowOf } from './course.ts'
import { divideTime } from './deadline.ts'
import { look } from './look.ts'
import { remember, writeJournal } from './remember.ts'
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
  const course = await begin(plan, ports)
  const read = judgeTogether(course, await look(plan, ports, deadline))
  // Whoever is here has the lock: a run that was stuck is not any more.
  const own = course.incidents.has(STUCK_RUN) ? [judgeRun(undefined)] : []
  const { report, accepted } = await conclude(course, [...own, ...read], deadline)
  const judged = report.verdicts.filter(({ kind }) => kind === 'check').length
  const errors = report.undelivered.length + course.problems.length
  const problems = await ports.store.saveLastRun({ at: ports.clock.now(), judged, accepted, errors })
  return { ...report, problems: distinct([...report.problems, ...problems]) }
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
  const course = await begin(plan, ports)
  return (await conclude(course, [verdict], deadline)).report
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
  const verdicts = [...read, ...(await remember(course, read, deadline.saving))]
  const now = ports.clock.now()
  const { delivered, problems } = await tell(course, deadline)
  course.problems.push(...problems)
  const undelivered = undeliveredOf(course)
  const incidents = new Map(course.incidents)
  const hushed = hushedIn(course)
  await forgetWhatIsOver(course)
  await writeJournal(course)
  const state: Severity = worst(verdicts.map(({ severity }) => severity))
  const report = { state, at: now, instance: plan.instance, verdicts, incidents, hushed, delivered, undelivered }
  return { report: { ...report, problems: distinct(course.problems) }, accepted: delivered.length }
}

async function forgetWhatIsOver(course: Course): Promise<void> {
  const over = [...course.incidents.values()].filter((incident) => {
    const { recipients } = rowOf(course, incident)
    if (!isOver(incident, recipients, dueOptionsOf(course, incident))) return false
    const isGivenUp = recipients.some((recipient) => dueIn(course, incident, recipient).reason === 'given up')
    if (isGivenUp) note(course, 'given up', incident)
    return true
  })
  course.problems.push(...(await course.ports.store.remove(over)))
}

/** Who is still owed something, by recipient and reason. */
function undeliveredOf(course: Course): readonly Undelivered[] {
  const owed = new Map<string, Undelivered>()
  for (const incident of course.incidents.values()) {
    for (const recipient of rowOf(course, incident).recipients) {
      const wanted = owedTo(recipient, incident, course)
      if (wanted === undefined) continue
      const error = incident.tried[recipient]?.error ?? 'not tried'
      const checks = [...(owed.get(`${recipient}\n${error}`)?.checks ?? []), titleOf(incident)]
      const wait = wanted.nextTry === undefined ? {} : { nextTry: wanted.nextTry }
      const isGivenUp = wanted.reason === 'given up'
      owed.set(`${recipient}\n${error}`, { recipient, checks, error, isGivenUp, ...wait })
    }
  }
  return [...owed.values()]
}

function owedTo(recipient: string, incident: Incident, course: Course): Due | undefined {
  const { policy } = rowOf(course, incident)
  // A reminder is owed only where it was tried in vain: with `always` the next one is due as soon as one was told.
  const remind = incident.tried[recipient] === undefined ? 'never' : policy.remind
  const wanted = dueIn(course, incident, recipient, { policy: { ...policy, remind } })
  return wanted.kind === 'none' && wanted.owed === undefined ? undefined : wanted
}

function distinct(problems: readonly StateProblem[]): readonly StateProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
