import type { Seconds } from '../types.ts'

/** The times at which something is due, by the clock on the wall of a zone. */
export interface Schedule {
  /** as it was written */
  readonly expression: string
  /** The first due time strictly after an instant; undefined where none comes. The zone is an IANA name. */
  readonly nextDue: (zone: string, from: Date) => Date | undefined
  /** The last due time strictly before an instant; undefined where there was none. The zone is an IANA name. */
  readonly previousDue: (zone: string, from: Date) => Date | undefined
}

/** When a check's beats are due. */
export interface Scheduled {
  readonly schedule: Schedule
  /** IANA zone of the schedule */
  readonly timezone: string
  /** how long after its due time a beat is still in time */
  readonly grace: Seconds
}
