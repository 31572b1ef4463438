import type { Plan } from '../core/plan.ts'
import type { LastRun } from '../core/ports.ts'
import type { Conclusion } from './conclude.ts'
import type { Ports } from './state.ts'

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

/** Leaves behind what it has come to, for whoever watches the watcher. */
export async function leaveBehind(plan: Plan, { store, clock }: Ports, { report, accepted, problems }: Conclusion) {
  const ofPeers = plan.sources.flatMap(({ watched }) =>
    watched.flatMap(({ check }) => (check.isOfPeer ? [check.name] : [])),
  )
  const judged = report.verdicts.filter(({ kind }) => kind === 'check')
  const undelivered = report.undelivered.length
  const { lastRun } = await store.loadLastRun()
  const left = lastRunOf(
    {
      at: clock.now(),
      judged: judged.length,
      peers: judged.filter(({ check }) => ofPeers.includes(check)).length,
      accepted,
      errors: undelivered + problems.length,
      undelivered,
      timezone: plan.timezone,
      tells: plan.notifiers.length > 0,
    },
    lastRun,
  )
  return await store.saveLastRun(left)
}
