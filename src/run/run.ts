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
import { type Memory, nextMemory } from '../core/memory.ts'
import { CONFIGURATION, idOf, namedBy, STUCK_RUN, titleOf } from '../core/names.ts'
import { own } from '../core/own.ts'
import { checksByMovement, concernsSelected, type Deadline, leftOutOf, type Plan } from '../core/plan.ts'
import type { Remark } from '../core/remark.ts'
import type { Incident, Severity, StateProblem, Verdict } from '../core/types.ts'
import { countingLine } from '../core/words/counting.ts'
import { joined } from '../core/words/joined.ts'
import { divideTime, held } from './deadline.ts'
import { guardStore } from './guarded-store.ts'
import { lastRunOf } from './last-run.ts'
import { look } from './look.ts'
import { inNet } from './net.ts'
import type { Recalling } from './recall.ts'
import { remember } from './remember.ts'
import { dueIn, dueOptionsOf, entryIn, isLeftOut, type Rules, rowOf } from './rules.ts'
import { type Beginning, begin, type Ports, type State } from './state.ts'
import { nextTurn, strays } from './strays.ts'
import { hushedIn, type Tellable, type Telling, tell } from './tell.ts'

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
  const begun = await begin(plan, ports)
  const { incidents } = begun.state
  const found: Remark[] = plan.notifiers.length === 0 ? [{ key: 'nobody', text: NOBODY_TO_TELL }] : []
  const onRemark = (remark: Remark): void => void found.push(remark)
  const left = new Map<string, unknown>()
  const onMemory = (check: string, value: unknown): void => void left.set(check, value)
  const recalling = await recallingOf(plan, begun.stored.memory, ports)
  const read = judgeTogether(
    plan,
    incidents,
    await look(plan, { ...ports, ...recalling, onRemark, onMemory }, deadline),
  )
  // Whoever is here has the lock: a run that was stuck is not any more.
  const own = incidents.has(STUCK_RUN) ? [judgeRun(undefined)] : []
  const { report, accepted, problems } = await conclude(
    begun,
    { read: [...own, ...judgeMistakes(plan, incidents), ...read], left },
    deadline,
  )
  const unsaved = await leave(plan, ports, { report, accepted, problems })
  const remarking: StateProblem[] = []
  const remarked =
    found.length === 0
      ? NOTHING_REMARKED
      : ((await inNet(remarking, () => remark(found, plan, ports))) ?? NOTHING_REMARKED)
  await nextTurn()
  const all = distinct([...problems, ...remarking, ...unsaved, ...remarked.problems, ...problemsOfStrays()])
  return { ...report, problems: all, ...(remarked.lines.length > 0 && { remarks: remarked.lines }) }
}

/** What earlier runs have left. Whether there was one is asked only if a value is seen for the first time. */
async function recallingOf(plan: Plan, memory: Memory | undefined, { store }: Ports): Promise<Recalling> {
  if (memory === undefined) return {}
  const isNew = checksByMovement(plan).some(({ name }) => !memory.has(name))
  return { memory, isFirstRun: isNew && (await store.loadLastRun()).lastRun === undefined }
}

/** Leaves behind what it has come to, for whoever watches the watcher. */
async function leave(plan: Plan, { store, clock }: Ports, { report, accepted, problems }: Conclusion) {
  const ofPeers = plan.sources.flatMap(({ watched }) =>
    watched.flatMap(({ check }) => (check.isOfPeer ? [check.name] : [])),
  )
  const judged = report.verdicts.filter(({ kind }) => kind === 'check')
  const undelivered = report.undelivered.length
  const { lastRun } = await store.loadLastRun()
  const left = lastRunOf(
    {
      at: clock.now(),
      judged: judged.length,
      peers: judged.filter(({ check }) => ofPeers.includes(check)).length,
      accepted,
      errors: undelivered + problems.length,
      undelivered,
      timezone: plan.timezone,
      tells: plan.notifiers.length > 0,
    },
    lastRun,
  )
  return await store.saveLastRun(left)
}

interface Remarked {
  readonly lines: readonly string[]
  readonly problems: readonly StateProblem[]
}

const NOTHING_REMARKED: Remarked = { lines: [], problems: [] }

/** What was not said today. Where that cannot be remembered it is said at each run. */
async function remark(found: readonly Remark[], plan: Plan, { store, clock }: Ports): Promise<Remarked> {
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
  const begun = await begin(plan, { ...ports, store: guardStore(ports.store, deadline) })
  return (await held(deadline.at, () => conclude(begun, { read: [verdict], left: new Map() }, deadline))).report
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

/** What a run has come to. */
interface Conclusion {
  readonly report: Report
  readonly accepted: number
  /** each as often as it was met */
  readonly problems: readonly StateProblem[]
}

/** Remembers what the verdicts have changed, and tells of it. */
async function conclude(
  begun: Beginning,
  { read, left }: { readonly read: readonly Verdict[]; readonly left: Memory },
  deadline: Deadline,
): Promise<Conclusion> {
  const { plan } = begun.rules
  const { clock, store } = begun.ports
  const rules = { ...begun.rules, skews: skewsOf(read) }
  const { vanished, entries, ...remembered } = await remember({ ...begun, rules }, read, deadline.saving)
  const verdicts = [...read, ...vanished]
  const now = clock.now()
  const memory = nextMemory(begun.stored.memory ?? new Map(), left, {
    isWatched: (check) => rules.rows.has(check) || isLeftOut(rules, { check }),
    isSaved: (check) => ![...remembered.unsaved.keys()].some((id) => namedBy(id).check === check),
  })
  const unkept = memory === undefined ? [] : await store.saveMemory(memory)
  const told = await tell(remembered, { rules, store, deadline })
  const { incidents, delivered } = told
  const problems = [...begun.stored.problems, ...remembered.problems, ...unkept, ...told.problems]
  const undelivered = undeliveredOf(told, rules)
  const hushed = hushedIn(incidents, rules)
  const over = await inNet(problems, async () => overIn(incidents, rules))
  await inNet(problems, async () => append(problems, await store.remove([...(over?.keys() ?? [])], told)))
  await inNet(problems, async () => {
    const givenUp = [...(over ?? [])].flatMap(([incident, why]) => (why === 'given up' ? [incident] : []))
    const last = givenUp.map((incident) => entryIn(rules, 'given up', incident))
    append(problems, await store.journal([...entries, ...last]))
  })
  const state: Severity = worst(verdicts.map(({ severity }) => severity))
  const counting = verdicts.flatMap((verdict) => {
    const counted = remembered.pending.get(idOf(verdict))
    return counted === undefined ? [] : [countingLine(verdict, counted)]
  })
  const found = { verdicts, incidents, counting, hushed, delivered, undelivered }
  const report = { state, at: now, instance: plan.instance, ...found }
  return { report: { ...report, problems: distinct(problems) }, accepted: delivered.length, problems }
}

/** How far the clock of each source that answered is ahead of ours. */
function skewsOf(read: readonly Verdict[]): Rules['skews'] {
  return new Map(
    read.flatMap(({ source, aspect, skew }) =>
      aspect === 'answer' && source !== undefined && skew !== undefined ? [[source, skew] as const] : [],
    ),
  )
}

/** The incidents that are over: all have heard it, or whoever has not is given up. */
function overIn(incidents: Tellable['incidents'], rules: Rules): ReadonlyMap<Incident, 'heard' | 'given up'> {
  const over = new Map<Incident, 'heard' | 'given up'>()
  for (const incident of incidents.values()) {
    const { recipients } = rowOf(rules, incident)
    if (!isOver(incident, recipients, dueOptionsOf(rules, incident)) || isOwedToLeftOut(rules.plan, incident)) continue
    const isGivenUp = recipients.some((recipient) => dueIn(rules, incident, recipient).reason === 'given up')
    over.set(incident, isGivenUp ? 'given up' : 'heard')
  }
  return over
}

/**
 * Whether somebody has not heard the end of it who was told through a notifier that cannot be read now: who its
 * recipients are is not known.
 */
function isOwedToLeftOut(plan: Plan, incident: Incident): boolean {
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
function undeliveredOf({ incidents, elsewhere }: Telling, rules: Rules): readonly Undelivered[] {
  const owed = new Map<string, Undelivered>()
  for (const [id, incident] of incidents) {
    for (const recipient of rowOf(rules, incident).recipients) {
      const wanted = elsewhere.get(recipient)?.has(id) === true ? undefined : owedTo(recipient, incident, rules)
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

function owedTo(recipient: string, incident: Incident, rules: Rules): Due | undefined {
  const { policy } = rowOf(rules, incident)
  // A reminder is owed only where it was tried in vain: with `always` the next one is due as soon as one was told.
  const remind = own(incident.tried, recipient) === undefined ? 'never' : policy.remind
  const wanted = dueIn(rules, incident, recipient, { policy: { ...policy, remind } })
  return wanted.kind === 'none' && wanted.owed === undefined ? undefined : wanted
}

function distinct(problems: readonly StateProblem[]): readonly StateProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
