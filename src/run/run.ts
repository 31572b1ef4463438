import type { Remark } from '../core/incident/remark.ts'
import type { Report } from '../core/incident/report.ts'
import { NOBODY_TO_TELL } from '../core/incident/routes.ts'
import { judgeConfiguration } from '../core/judge/configuration.ts'
import { blockDependents } from '../core/judge/depend.ts'
import type { Memory } from '../core/judge/memory.ts'
import { judgeRun } from '../core/judge/run.ts'
import { tidy } from '../core/judge/verdict.ts'
import { CONFIGURATION, STUCK_RUN } from '../core/names.ts'
import { checksByMovement, concernsSelected, type Deadline, leftOutOf, type Plan } from '../core/plan.ts'
import type { StateProblem, Verdict } from '../core/types.ts'
import { conclude, distinct } from './conclude.ts'
import { divideTime, held } from './deadline.ts'
import { guardStore } from './guarded-store.ts'
import { leaveBehind } from './last-run.ts'
import { look } from './look.ts'
import { inNet } from './net.ts'
import type { Recalling } from './recall.ts'
import { remark } from './remarks.ts'
import { beginRun, type Ports, type State } from './state.ts'
import { nextRound, strays } from './strays.ts'

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
  const begun = await beginRun(plan, ports)
  const { incidents } = begun.state
  const remarks: Remark[] = plan.notifiers.length === 0 ? [{ key: 'nobody', text: NOBODY_TO_TELL }] : []
  const left = new Map<string, unknown>()
  const hearing = {
    onRemark: (one: Remark): void => void remarks.push(one),
    onMemory: (check: string, value: unknown): void => void left.set(check, value),
  }
  const recalling = await recallingOf(plan, begun.stored.memory, ports)
  const found = judgeTogether(plan, incidents, await look(plan, { ...ports, ...recalling, ...hearing }, deadline))
  const read = [...judgeOurselves(plan, incidents), ...found]
  const concluded = await conclude(begun, { read, left }, deadline)
  const unsaved = await leaveBehind(plan, ports, concluded)
  const remarking: StateProblem[] = []
  const remarked = remarks.length === 0 ? undefined : await inNet(remarking, () => remark(remarks, plan, ports))
  await nextRound()
  const { lines = [], problems = [] } = remarked ?? {}
  const all = [...concluded.problems, ...remarking, ...unsaved, ...problems, ...problemsOfStrays()]
  return { ...concluded.report, problems: distinct(all), ...(lines.length > 0 && { remarks: lines }) }
}

/** What earlier runs have left. Whether there was one is asked only if a value is seen for the first time. */
async function recallingOf(plan: Plan, memory: Memory | undefined, { store }: Ports): Promise<Recalling> {
  if (memory === undefined) return {}
  const isNew = checksByMovement(plan).some(({ name }) => !memory.has(name))
  return { memory, isFirstRun: isNew && (await store.loadLastRun()).lastRun === undefined }
}

/** What was thrown and belongs to nobody: it is said, and keeps nothing from being read and told. */
function problemsOfStrays(): readonly StateProblem[] {
  return strays().map((message) => ({ path: '', message: tidy(message) }))
}

/** Whoever is here has the lock: a run that was stuck is not any more. */
function judgeOurselves(plan: Plan, incidents: State['incidents']): readonly Verdict[] {
  return [...(incidents.has(STUCK_RUN) ? [judgeRun(undefined)] : []), ...judgeMistakes(plan, incidents)]
}

/**
 * What is wrong in the configuration. A run of some checks speaks of what concerns these alone, and ends only what
 * concerned these alone.
 */
function judgeMistakes(plan: Plan, incidents: State['incidents']): readonly Verdict[] {
  const mistakes = (plan.leftOut?.mistakes ?? []).filter(({ of }) => concernsSelected(plan, of))
  if (mistakes.length > 0) return [judgeConfiguration(mistakes, leftOutOf(plan))]
  const open = incidents.get(CONFIGURATION)
  const isMended = open?.mistakes?.every(({ of }) => concernsSelected(plan, of)) ?? true
  return open !== undefined && isMended ? [judgeConfiguration([])] : []
}

/** What depends on something that is not well says nothing of its own. */
function judgeTogether(plan: Plan, incidents: State['incidents'], verdicts: readonly Verdict[]): readonly Verdict[] {
  const checks = new Map(plan.sources.flatMap(({ watched }) => watched.map(({ check }) => [check.name, check])))
  const open = new Set([...incidents.values()].filter(({ closedAt }) => closedAt === undefined).map((one) => one.check))
  return blockDependents(verdicts, { checks, isOpen: (check) => open.has(check) })
}
