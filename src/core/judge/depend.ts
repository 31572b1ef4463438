import type { Check } from '../check.ts'
import type { Verdict } from '../types.ts'
import { judgeBlocked } from './judge.ts'

/** What is known of the checks that others depend on. */
export interface Dependencies {
  /** the checks of the plan, by name */
  readonly checks: ReadonlyMap<string, Check>
  /** whether a check that was not read this time has an open incident */
  readonly isOpen: (check: string) => boolean
}

/**
 * Takes what failed for a consequence, where something that it depends on is not well: it is blocked, as by a database
 * that does not answer. What is well stays so, whatever it depends on.
 *
 * @param verdicts of this run
 */
export function blockDependents(verdicts: readonly Verdict[], { checks, isOpen }: Dependencies): readonly Verdict[] {
  if (![...checks.values()].some(({ after }) => after !== undefined)) return verdicts
  const worstOf = new Map<string, Verdict>()
  const read = new Set<string>()
  for (const verdict of verdicts) {
    read.add(verdict.check)
    if (verdict.severity !== 'ok' && !worstOf.has(verdict.check)) worstOf.set(verdict.check, verdict)
  }
  const isDown = (name: string): boolean => (read.has(name) ? worstOf.has(name) : isOpen(name))
  return verdicts.map((verdict) => {
    const check = checks.get(verdict.check)
    const cause = check?.after?.find(isDown)
    if (check === undefined || cause === undefined || verdict.severity === 'ok' || verdict.blockedBy !== undefined) {
      return verdict
    }
    const by = worstOf.get(cause) ?? { check: cause, summary: 'not well' }
    return judgeBlocked(check, by, { item: verdict.item, word: 'not judged' })
  })
}
