import type { LastRun } from '../core/ports.ts'

/** What one run has come to. */
export interface Pass extends Pick<LastRun, 'at' | 'judged' | 'peers' | 'accepted' | 'errors' | 'timezone'> {
  /** how many recipients are owed something */
  readonly undelivered: number
  /** whether it has somebody to tell */
  readonly tells: boolean
}

/**
 * What a run leaves behind. That nothing was accepted though something was due is not forgotten until something is
 * accepted, also when nothing is due any more.
 *
 * @param before what the run before has left
 */
export function lastRunOf({ tells, ...pass }: Pass, before: LastRun | undefined): LastRun {
  const { at, accepted, undelivered } = pass
  const acceptedAt = accepted > 0 ? at : before?.acceptedAt
  const failingSince = before?.failingSince ?? (undelivered > 0 ? at : undefined)
  return {
    ...pass,
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
    ...(failingSince === undefined || accepted > 0 || !tells ? {} : { failingSince }),
  }
}
