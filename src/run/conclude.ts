import type { Report } from '../core/incident/report.ts'
import { worst } from '../core/judge/severity.ts'
import { append } from '../core/lists.ts'
import { type Memory, nextMemory } from '../core/memory.ts'
import { idOf, namedBy } from '../core/names.ts'
import type { Deadline } from '../core/plan.ts'
import type { Severity, StateProblem, Verdict } from '../core/types.ts'
import { countingLine } from '../core/words/counting.ts'
import { inNet } from './net.ts'
import { overIn, undeliveredOf } from './owed.ts'
import { remember } from './remember.ts'
import { entryIn, isLeftOut, type Rules } from './rules.ts'
import type { Beginning } from './state.ts'
import { hushedIn, tell } from './tell.ts'
/** What a run has come to. */
export interface Conclusion {
  readonly report: Report
  readonly accepted: number
  /** each as often as it was met */
  readonly problems: readonly StateProblem[]
}

/** Remembers what the verdicts have changed, and tells of it. */
export async function conclude(
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

/** Each problem once, by its words. */
export function distinct(problems: readonly StateProblem[]): readonly StateProblem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
