import type { Check } from '../check.ts'
import type { Verdict } from '../types.ts'
import { judgeBlocked } from './judge.ts'

export interface Dependencies {
  readonly checks: ReadonlyMap<string, Check>
  /** whether a check that was not read in this run has an open incident */
  readonly isOpen: (check: string) => boolean
}

/**
 * Blocks each failed check that comes `after` one that is not ok, as a database that does not answer blocks its checks.
 * A check that is ok stays ok.
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
