import { due } from './core/due.ts'
import { isOver } from './core/incident.ts'
import { titleOf } from './core/names.ts'
import type { Deadline, Plan } from './core/plan.ts'
import type { Report, Undelivered } from './core/report.ts'
import { worst } from './core/severity.ts'
import type { Due, Incident, StateProblem } from './core/types.ts'
import { begin, type Course, note, type Ports, rowOf } from './course.ts'
import { look } from './look.ts'
import { remember } from './remember.ts'
import { tell } from './tell.ts'

/**
 * One pass: reads what is selected, sees what has changed, remembers it, tells who is due to hear of it, and remembers
 * that as well.
 *
 * Never throws for what can be expected of sources, notifiers or the disk: all of that is in the report.
 */
export async function run(plan: Plan, ports: Ports, deadline: Deadline): Promise<Report> {
  const course = await begin(plan, ports)
  const read = await look(plan, ports, deadline)
  const verdicts = [...read, ...(await remember(course, read, deadline.saving))]
  await writeJournal(course)

  const now = ports.clock.now()
  const told = await tell({ ...course, rowOf: (named) => rowOf(course, named), now }, ports, deadline)
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

async function forgetWhatIsOver(course: Course): Promise<void> {
  const now = course.ports.clock.now()
  const over = [...course.incidents.values()].filter((incident) => {
    const { policy, recipients } = rowOf(course, incident)
    if (!isOver(incident, recipients, { policy, now })) return false
    const isGivenUp = recipients.some((recipient) => due(incident, recipient, { policy, now }).reason === 'given up')
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

function distinct(problems: readonly StateProblem[]): readonly StateProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
