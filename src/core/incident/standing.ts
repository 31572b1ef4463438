import type { Incident, Pending } from '../types.ts'

/** What is the case with one check: an incident, or a count of bad runs, or neither, or (after a closing) both. */
export interface Standing {
  readonly incident?: Incident
  readonly pending?: Pending
  /** when it opened lately; kept only where `flap` counts them */
  readonly openings?: readonly Date[]
}
