import type { Remark } from '../core/incident/remark.ts'
import type { Plan } from '../core/plan.ts'
import type { StateProblem } from '../core/types.ts'
import type { Ports } from './state.ts'

/** What a run remarks on, and what of that could not be remembered. */
interface Remarked {
  readonly lines: readonly string[]
  readonly problems: readonly StateProblem[]
}

/** What was not said today. Where that cannot be remembered it is said at each run. */
export async function remark(found: readonly Remark[], plan: Plan, { store, clock }: Ports): Promise<Remarked> {
  const { dueRemarks } = await import('../core/incident/remark.ts')
  const ours = found.map(({ key, text }) => ({ key: JSON.stringify([plan.origin, key]), text }))
  const { due, said } = dueRemarks(ours, await store.loadRemarks(), clock.now())
  const problems = due.length === 0 ? [] : await store.saveRemarks(said)
  const more = problems.length === 0 ? '' : '; said at each run, since it cannot be remembered'
  return { lines: due.map(({ text }) => `${text}${more}`), problems }
}
