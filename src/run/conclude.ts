import type { Report } from '../core/incident/report.ts'
import { type Memory, nextMemory } from '../core/judge/memory.ts'
import { worst } from '../core/judge/severity.ts'
import { append } from '../core/lists.ts'
import { idOf, namedBy } from '../core/names.ts'
import type { Deadline } from '../core/plan.ts'
import type { Severity, StateProblem, Verdict } from '../core/types.ts'
import { countingLine } from '../core/words/counting.ts'
import { inNet } from './net.ts'
import type { Remembered } from './remember.ts'
import { entryIn, isLeftOut, type Rules } from './rules.ts'
import type { Beginning } from './state.ts'
import type { Telling } from './tell.ts'

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
  const { vanished, entries, ...remembered } = isQuiet(begun, read)
    ? asItWas(begun)
    : await (await import('./remember.ts')).remember({ ...begun, rules }, read, deadline.saving)
  const verdicts = [...read, ...vanished]
  const now = clock.now()
  const memory = nextMemory(begun.stored.memory ?? new Map(), left, {
    isWatched: (check) => rules.rows.has(check) || isLeftOut(rules, { check }),
    isSaved: (check) => ![...remembered.unsaved.keys()].some((id) => namedBy(id).check === check),
  })
  const unkept = memory === undefined ? [] : await store.saveMemory(memory)
  const isOpen = remembered.incidents.size > 0
  const told = isOpen
    ? await (await import('./tell.ts')).tell(remembered, { rules, store, deadline })
    : nothingTold(remembered)
  const { incidents, delivered } = told
  const problems = [...begun.stored.problems, ...remembered.problems, ...unkept, ...told.problems]
  const owed = isOpen ? await import('./owed.ts') : undefined
  const undelivered = owed?.undeliveredOf(told, rules) ?? []
  const hasMuted = isOpen || rules.silences.length > 0
  const hushed = hasMuted ? (await import('./tell.ts')).mutedLines(incidents, rules) : []
  const over = await inNet(problems, async () => owed?.overIn(incidents, rules))
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

/**
 * Whether all is well, and was: then nothing is to be remembered and nobody to be told, and what does both is not
 * loaded.
 */
function isQuiet({ stored, state }: Beginning, read: readonly Verdict[]): boolean {
  const { pending, openings } = state
  const left = [stored.incidents.length, stored.foreign.length, pending.size, openings.size]
  return left.every((count) => count === 0) && read.every(({ severity }) => severity === 'ok')
}

function asItWas({ state }: Beginning): Remembered {
  return { ...state, vanished: [], entries: [], unsaved: new Map(), problems: [] }
}

function nothingTold({ incidents, revisions }: Pick<Telling, 'incidents' | 'revisions'>): Telling {
  return { incidents, revisions, elsewhere: new Map(), delivered: [], problems: [] }
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
