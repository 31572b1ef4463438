import type { Report } from '../core/incident/report.ts'
import type { Deadline, Plan } from '../core/plan.ts'
import type { Verdict } from '../core/types.ts'
import { conclude } from './conclude.ts'
import { held } from './deadline.ts'
import { guardStore } from './guarded-store.ts'
import { beginRun, type Ports } from './state.ts'
/**
 * Tells that another run holds the lock beyond its own time, once for all who find it so. For the one among them who
 * has the lock for telling of it.
 *
 * @param plan of which nothing is read
 * @param ports.store in which nothing but this incident is kept
 */
export async function tellOfStuckRun(
  plan: Plan,
  ports: Ports,
  { verdict, deadline }: { readonly verdict: Verdict; readonly deadline: Deadline },
): Promise<Report> {
  const begun = await beginRun(plan, { ...ports, store: guardStore(ports.store, deadline) })
  return (await held(deadline.at, () => conclude(begun, { read: [verdict], left: new Map() }, deadline))).report
}
