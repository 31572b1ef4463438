export interface TimeLimit {
  /** ends the work at once, with an answer */
  readonly signal: AbortSignal
  readonly deadline: Date
}

/** The caller's time to save the answer. */
const RESERVE_MS = 200

export function isTooLate({ signal, deadline }: TimeLimit): boolean {
  return signal.aborted || timeLeftMs(deadline) === 0
}

/** Milliseconds until the deadline, less what the caller needs afterwards. Never negative. */
export function timeLeftMs(deadline: Date): number {
  return Math.max(deadline.getTime() - Date.now() - RESERVE_MS, 0)
}

/** The same with half of the time that is left, so that the next one has time as well. */
export function halfOf({ signal, deadline }: TimeLimit): TimeLimit {
  return { signal, deadline: new Date(deadline.getTime() - timeLeftMs(deadline) / 2) }
}
