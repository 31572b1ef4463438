/** What somebody is given who must be done by a certain time. */
export interface TimeLimit {
  /** when it fires, the work under way is torn down and answered at once */
  readonly signal: AbortSignal
  /** by when there must be an answer */
  readonly deadline: Date
}

/** What the caller needs after an answer, to save what became of it. */
const RESERVE_MS = 200

/** Whether nothing should be begun any more. */
export function isTooLate({ signal, deadline }: TimeLimit): boolean {
  return signal.aborted || timeLeftMs(deadline) === 0
}

/** How many milliseconds a transport has until its deadline, less what the caller needs afterwards. Never negative. */
export function timeLeftMs(deadline: Date): number {
  return Math.max(deadline.getTime() - Date.now() - RESERVE_MS, 0)
}

/** The same with half of the time that is left, so that whoever comes after has time as well. */
export function halfOf({ signal, deadline }: TimeLimit): TimeLimit {
  return { signal, deadline: new Date(deadline.getTime() - timeLeftMs(deadline) / 2) }
}
