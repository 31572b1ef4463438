import type { Incident, Pending } from '../types.ts'

/** The state of one check between runs: an incident, a count of bad runs, neither, or after a closing both. */
export interface Standing {
  readonly incident?: Incident
  readonly pending?: Pending
  /** its recent openings; kept only with `flap` */
  readonly openings?: readonly Date[]
}
