import { child } from '../core/shape/tree.ts'
import type { Fault } from '../core/types.ts'
import { killGroup } from '../io/process/group.ts'

/** So long it is believed, in milliseconds, that a process group of that number is the one that was left behind. */
const BELIEVED_MS = 86_400_000

/** What is remembered of programs that we may not end, as under sudo. */
export interface LeftBehind {
  readonly group: number
  /** ISO */
  readonly since: string
}

/**
 * What is to be remembered of a program that goes on after its time.
 *
 * @param survivors the process group of those who do
 */
export function leftBehind(survivors: number | undefined, now: Date): LeftBehind | undefined {
  return survivors === undefined ? undefined : { group: survivors, since: now.toISOString() }
}

/** Why nothing is run while what an earlier run has left behind goes on: each run would add another. */
export function stillRunning(memory: unknown, now: Date): Fault | undefined {
  const [group, since] = [child(memory, 'group'), child(memory, 'since')]
  if (typeof group !== 'number' || typeof since !== 'string') return undefined
  if (!(now.getTime() - Date.parse(since) < BELIEVED_MS) || killGroup(group, 0) !== 'beyond us') return undefined
  const message = `not run: it is still running since ${since}, and we may not end it`
  return { kind: 'failed', scope: 'check', message, cure: `as root, run: kill -9 -- -${group}` }
}
